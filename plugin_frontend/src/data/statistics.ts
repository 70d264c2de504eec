/**
 * Statistics of a finding: name, label, explanation, format, places of display.
 * The type of a finding, its decoder, table, sorting, export, card and evidence follow from this list.
 * `tb_rnnviz/core/statistics.py` has the same names and labels.
 */

/**
 * Format of a number: three digits, three digits with a sign, or a probability.
 * It is also the order of a sorted table, see `sortOrder`.
 */
export type NumberFormat = 'number' | 'signed' | 'probability';

/**
 * Places that show a number of a finding, besides the evidence and the export.
 * They are the table of one recording, that table only if it is wide, the table of several recordings, the card.
 */
export type ShownIn = 'table' | 'wide table' | 'comparison' | 'card';

export interface StatisticInfo {
  readonly label: string;
  /** Unit of measurement; empty if there is none. */
  readonly unit: string;
  /** One sentence for readers. */
  readonly help: string;
  readonly format: NumberFormat;
  readonly shownIn: readonly ShownIn[];
  /** True if the evidence lists it beside the association, not among the details. */
  readonly main: boolean;
  /** Range of bars in the heatmap and their zero; that of the data by default. */
  readonly range?: { readonly low: number; readonly high: number; readonly zero: number };
}

const STATISTIC_TABLE = {
  score: {
    label: 'score',
    unit: '',
    help: 'Prominence plus difference in standard deviations of the unit',
    format: 'number',
    shownIn: ['wide table'],
    main: false,
  },
  effect: {
    label: 'effect',
    unit: 'sd',
    help: 'Effect size (Cohen’s d): difference of the means in standard deviations; sorted by its absolute value',
    format: 'signed',
    shownIn: ['table', 'comparison', 'card'],
    main: true,
  },
  q: {
    label: 'q',
    unit: '',
    help: 'False discovery rate over everything that was tested together',
    format: 'probability',
    shownIn: ['table', 'comparison', 'card'],
    main: true,
  },
  p_family: {
    label: 'p_family',
    unit: '',
    help: 'Probability that the best of all units does as well by chance, over all shifts of the feature',
    format: 'probability',
    shownIn: ['card'],
    main: true,
  },
  within: {
    label: 'within',
    unit: 'sd',
    help: 'Effect size within equal tokens: what remains of the effect among the occurrences of the same token',
    format: 'signed',
    shownIn: ['table', 'comparison', 'card'],
    main: true,
  },
  within_q: {
    label: 'within q',
    unit: '',
    help: 'False discovery rate of the effect within equal tokens',
    format: 'probability',
    shownIn: ['card'],
    main: true,
  },
  p_exact: {
    label: 'p_exact',
    unit: '',
    help: 'Share of all shifts of the feature at which this unit does as well',
    format: 'probability',
    shownIn: [],
    main: true,
  },
  auc: {
    label: 'AUC',
    unit: '',
    help: 'Probability that the activity is higher at a matching token than at another one',
    format: 'number',
    shownIn: ['card'],
    main: true,
    range: { low: 0, high: 1, zero: 0.5 },
  },
  relevance: {
    label: 'relevance',
    unit: '',
    help: 'Score divided by the highest score of all units of the quantity',
    format: 'number',
    shownIn: [],
    main: false,
    range: { low: 0, high: 1, zero: 0 },
  },
  prominence: {
    label: 'prominence',
    unit: '',
    help: 'Mean impulse at the matching tokens, against the tokens before and after',
    format: 'number',
    shownIn: [],
    main: false,
  },
  difference: {
    label: 'difference',
    unit: '',
    help: 'Absolute difference of the mean activities',
    format: 'number',
    shownIn: [],
    main: false,
  },
  p: {
    label: 'p',
    unit: '',
    help: 'Probability that chance does as well for this unit and feature alone, from the tail of a distribution',
    format: 'probability',
    shownIn: [],
    main: false,
  },
} as const satisfies Readonly<Record<string, StatisticInfo>>;

/**
 * Name of a statistic.
 * It is an attribute of a finding in Python and here, a key in JSON, and a column of an export.
 */
export type StatisticName = keyof typeof STATISTIC_TABLE;

export interface Statistic extends StatisticInfo {
  readonly name: StatisticName;
}

/** Strength of the association of a unit with a feature; NaN where unknown. */
export type Association = Readonly<Record<StatisticName, number>>;

const NAMES = Object.keys(STATISTIC_TABLE) as StatisticName[];

export const STATISTICS: readonly Statistic[] = NAMES.map((name) => ({ name, ...STATISTIC_TABLE[name] }));

/** Statistic of a name from a log or a link; null for another name. */
export const findStatistic = (name: string): Statistic | null =>
  STATISTICS.find((statistic) => statistic.name === name) ?? null;

/** Association with a value for every statistic. */
export const associationOf = (value: (name: StatisticName) => number): Association =>
  Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Record<StatisticName, number>;

/**
 * First order of a sorted table.
 * Probabilities ascend, numbers with a sign go by their absolute value.
 */
export const sortOrder = (format: NumberFormat): 'ascending' | 'descending' | 'size' =>
  (({ number: 'descending', signed: 'size', probability: 'ascending' }) as const)[format];
