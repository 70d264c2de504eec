import {
  STATISTICS,
  type NumberFormat,
  type ShownIn,
  type Statistic,
  type StatisticName,
} from '../../data/statistics.ts';
import type { Finding } from '../../data/types.ts';
import { useOf } from '../../state/finding-context.ts';
import { lagsOf, strongestLag } from '../../ui/draw/response-line.ts';
import { formatAs, formatNumber, formatPValue } from '../../ui/format.ts';
import { isSignificant } from './finding-rows.ts';

/** Word behind a number in the table. */
export interface Remark {
  /** Room that it takes, in pixels. */
  readonly width: number;
  /** True if it stays in a narrow table. */
  readonly narrow: boolean;
  readonly text: (finding: Finding) => string | null;
}

/**
 * A number or word of a finding, by which the table sorts and filters.
 * It is a column of the export, and of table and card where `shownIn` says so.
 */
export interface FindingColumn {
  /** Name in exports, cards and links. */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  readonly format: NumberFormat;
  readonly shownIn: readonly ShownIn[];
  /** Exported value; null if it is unknown. */
  readonly value: (finding: Finding) => number | string | null;
  /** Text of a cell; by default the number in its format. */
  readonly text?: (finding: Finding) => string;
  readonly remark?: Remark;
  readonly tooltip?: (finding: Finding) => string;
  /** True if a bar shows the number. */
  readonly bar?: boolean;
}

/** Additions to the columns of single statistics. */
const ADDITIONS: Partial<Record<StatisticName, Partial<FindingColumn>>> = {
  effect: { bar: true },
  q: { remark: { width: 44, narrow: true, text: (finding) => (isSignificant(finding) ? null : 'chance') } },
};

const statisticColumn = ({ name, label, unit, help, format, shownIn }: Statistic): FindingColumn => ({
  id: name,
  label,
  unit,
  help,
  format,
  shownIn,
  value: (finding) => finding[name],
  tooltip: ({ [name]: value }) => (Number.isNaN(value) ? `The log has no ${label}` : `${label} ${value}`),
  ...ADDITIONS[name],
});

type Evidence = Pick<FindingColumn, 'id' | 'value'> & Partial<FindingColumn>;

const evidenceColumn = (column: Evidence): FindingColumn => ({
  label: column.id,
  unit: '',
  help: '',
  format: 'number',
  shownIn: [],
  ...column,
});

const EVIDENCE: readonly FindingColumn[] = [
  {
    id: 'evidence',
    help: 'memory: the effect holds among the occurrences of the same token; echo: it does not; both: part of it does',
    shownIn: ['table', 'card'] as const,
    value: ({ evidence }: Finding) => evidence,
    text: ({ evidence }: Finding) => evidence ?? '–',
  },
  {
    id: 'aspect',
    help: 'level: the feature goes with the activity; swing: with how much it moves over the last 8 tokens',
    value: ({ aspect }: Finding) => aspect,
  },
  {
    id: 'kind',
    help: 'Kind of the unit, found without a feature: switch, counter, rhythm, detector, echo, mixed or dead',
    shownIn: ['table', 'card'] as const,
    value: ({ kind }: Finding) => kind,
    text: ({ kind }: Finding) => kind ?? '–',
  },
  { id: 'partial', value: ({ partial }: Finding) => partial && partial.effect },
  { id: 'response', value: ({ response }: Finding) => response && response.label },
  {
    id: 'lag',
    unit: 'tokens',
    help: 'Lag of the strongest mean response: before the feature (−), at it (0) or after it',
    shownIn: ['table', 'card'] as const,
    value: ({ response }: Finding) => response && (strongestLag(response)?.lag ?? null),
    text: ({ response }: Finding) => (response ? lagText(strongestLag(response)?.lag ?? null, lagsOf(response)) : '–'),
    remark: { width: 76, narrow: false, text: ({ response }: Finding) => response && response.label },
  },
  {
    id: 'peak_frequency',
    label: 'spectral peak',
    unit: 'per token',
    help: 'Frequency of the strongest peak in the unit’s spectrum in cycles per token, and its q against red noise',
    shownIn: ['table', 'card'] as const,
    value: ({ peak }: Finding) => peak && peak.frequency,
    text: ({ peak }: Finding) =>
      peak ? `${formatNumber(peak.frequency)}${Number.isNaN(peak.q) ? '' : `, q ${formatPValue(peak.q)}`}` : '–',
  },
  { id: 'peak_q', value: ({ peak }: Finding) => peak && peak.q },
  { id: 'coherence', value: ({ peak }: Finding) => peak && peak.coherence },
  { id: 'use', value: useOf },
  {
    id: 'ablation',
    unit: 'nats',
    help:
      'Ablation effect, what clamping the unit costs on the feature’s tokens minus on the rest, in nats per token, ' +
      'with its 0.95 interval',
    shownIn: ['table', 'card'] as const,
    value: ({ ablation }: Finding) => ablation && ablation.effect,
    text: ({ ablation }: Finding) =>
      ablation
        ? `${formatNumber(ablation.effect, true)} [${formatNumber(ablation.low)}, ${formatNumber(ablation.high)}]`
        : '–',
    remark: { width: 76, narrow: false, text: useOf },
  },
  { id: 'ablation_low', shownIn: ['card'] as const, value: ({ ablation }: Finding) => ablation && ablation.low },
  { id: 'ablation_high', shownIn: ['card'] as const, value: ({ ablation }: Finding) => ablation && ablation.high },
].map(evidenceColumn);

const lagText = (lag: number | null, most: number) =>
  lag === null || lag > most ? '–' : lag > 0 ? `+${lag}` : String(lag).replace('-', '−');

/** Numbers and words of a finding, in the order of table, export and card. */
export const FINDING_COLUMNS: readonly FindingColumn[] = [
  evidenceColumn({ id: 'count', shownIn: ['card'], value: ({ count }) => count }),
  ...STATISTICS.map(statisticColumn),
  ...EVIDENCE,
];

/** Value of a column; null for NaN. */
export function valueOf({ value }: FindingColumn, finding: Finding): number | string | null {
  const number = value(finding);
  return typeof number === 'number' && Number.isNaN(number) ? null : number;
}

/** Text of a cell. */
export function textOf({ value, text, format }: FindingColumn, finding: Finding): string {
  if (text) return text(finding);
  const number = value(finding);
  return typeof number === 'string' ? number : formatAs(format, number ?? NaN);
}
