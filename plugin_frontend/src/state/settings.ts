import type { Signal } from '@preact/signals-core';

/** A way of showing things, kept in the link wherever it is not the default. */
export interface Setting {
  readonly view: string;
  /** One line for the docs. */
  readonly help: string;
  readonly default: string;
  /** The words that mean something; absent where any word may. */
  readonly values?: readonly string[];
  /** True if the browser remembers it from one visit to the next. */
  readonly isPersisted?: boolean;
}

/** Registry of the settings of the link; `docs/link-settings.md` is made from it. */
export const SETTINGS = {
  views: { view: 'Workbench', help: 'Open views by panel, the front one with a star', default: '', isPersisted: true },
  split: {
    view: 'Workbench',
    help: 'Shares of width and height of the panels',
    default: '0.19 0.55 0.6',
    isPersisted: true,
  },
  view: { view: 'Workbench', help: 'View under the text in a narrow window', default: 'findings' },
  enlarged: { view: 'Workbench', help: 'View that fills the window', default: '' },
  mode: {
    view: 'Comparison',
    help: 'Recordings side by side, over each other, or their difference',
    default: 'side',
    values: ['side', 'overlay', 'difference'],
  },
  match: {
    view: 'Comparison',
    help: 'Units of the other recordings by number, or matched by activity',
    default: 'index',
    values: ['index', 'matched'],
  },
  look: { view: 'Feature query', help: 'Feature as typed, JSON or YAML', default: '' },
  token: { view: 'Text', help: 'Token whose card is open', default: '' },
  color: {
    view: 'Text',
    help: 'Quantity that colours the tokens',
    default: 'activity',
    values: ['activity', 'probability', 'errors', 'surprise', 'feature'],
  },
  colors: { view: 'Text', help: 'Colour of positive activity', default: 'red', values: ['red', 'blue'] },
  range: {
    view: 'Text',
    help: 'Colour limits of a gate: 0 and 1, or the values that occur',
    default: 'whole',
    values: ['whole', 'seen'],
  },
  limits: {
    view: 'Text',
    help: 'Colour limits: those of each unit, or of all units of the quantity',
    default: 'unit',
    values: ['unit', 'quantity'],
  },
  cells: {
    view: 'Text',
    help: 'Cell states coloured by their value, or by its hyperbolic tangent',
    default: 'value',
    values: ['value', 'tanh'],
  },
  stillheld: {
    view: 'Text',
    help: 'Tokens coloured by what the unit still holds of them at the token pointed at or pinned',
    default: 'off',
    values: ['off', 'on'],
  },
  signalas: {
    view: 'Signal',
    help: 'Channels on a scale each, or overlaid on one',
    default: 'bands',
    values: ['bands', 'overlaid'],
  },
  signalwindow: { view: 'Signal', help: 'First step in view and the end, counted in the sequence', default: '' },
  signaloutput: { view: 'Signal', help: 'Output that is drawn against its target', default: '' },
  signs: { view: 'Text', help: 'Signs for white space', default: 'off', values: ['off', 'on'] },
  find: { view: 'Text', help: 'Search in the text', default: '' },
  columns: {
    view: 'Heatmap',
    help: 'Tokens that match the feature, or all',
    default: 'matches',
    values: ['matches', 'all'],
  },
  order: {
    view: 'Heatmap',
    help: 'Order of the units',
    default: 'number',
    values: ['number', 'statistic', 'similarity'],
  },
  orderby: { view: 'Heatmap', help: 'Feature whose statistic orders the units', default: '' },
  rows: { view: 'Heatmap', help: 'Height of the rows', default: 'readable', values: ['readable', 'overview'] },
  bars: { view: 'Heatmap', help: 'Statistic of the bars', default: 'relevance' },
  barsof: { view: 'Heatmap', help: 'Further features with bars, JSON', default: '' },
  gates: {
    view: 'Heatmap',
    help: 'Every quantity of the chosen unit above the units',
    default: '',
    values: ['', 'on'],
  },
  fourier: {
    view: 'Fourier',
    help: 'Drawing of the spectra',
    default: 'surface',
    values: ['surface', 'flat', 'epochs'],
  },
  fourierunits: { view: 'Fourier', help: 'Units in the picture', default: 'suggested', values: ['suggested', 'all'] },
  fourierorder: { view: 'Fourier', help: 'Order of all units', default: 'number', values: ['number', 'peak'] },
  band: { view: 'Fourier', help: 'Lowest and highest frequency, cycles per token', default: '0 0.5' },
  camera: { view: 'Fourier', help: 'Yaw, pitch, zoom and shift of the surface', default: 'home' },
  'gate-layers': { view: 'Gates', help: 'Layers in the picture', default: 'chosen', values: ['chosen', 'all'] },
  findingsas: {
    view: 'Findings',
    help: 'List, table, plot or selection; empty chooses by width',
    default: '',
    values: ['', 'list', 'table', 'quadrant', 'selection'],
  },
  findingsgroups: {
    view: 'Findings',
    help: 'List by feature, with the best unit of each; by unit; or flat',
    default: 'feature',
    values: ['feature', 'unit', 'flat'],
  },
  findingssort: { view: 'Findings', help: 'Column that sorts the table, with .up for ascending', default: '' },
  findingstext: { view: 'Findings', help: 'Text filter', default: '' },
  findingsfeature: { view: 'Findings', help: 'Only this feature', default: '' },
  findingslayer: { view: 'Findings', help: 'Only this layer', default: '' },
  findingsevidence: { view: 'Findings', help: 'Only this evidence, such as memory.both', default: '' },
  findingskind: { view: 'Findings', help: 'Only units of these kinds, such as switch.counter', default: '' },
  findingsaspect: { view: 'Findings', help: 'Only findings on the level or on the swing', default: '' },
  findingsquantity: { view: 'Findings', help: 'Only states, or only gates and candidates', default: '' },
  findingschance: { view: 'Findings', help: 'Leaves out findings of chance', default: '', values: ['', 'no'] },
  findingspinned: { view: 'Findings', help: 'Only pinned findings', default: '', values: ['', 'only'] },
  pins: { view: 'Findings', help: 'Pinned findings', default: '' },
  onabove: { view: 'Findings', help: 'Robust standard deviations above which a unit is on', default: '2' },
  error: { view: 'Errors', help: 'Category whose samples are open', default: '' },
  gallerykind: {
    view: 'Gallery',
    help: 'Only units of this kind',
    default: '',
    values: ['', 'switch', 'counter', 'rhythm', 'detector'],
  },
  gallerylayer: { view: 'Gallery', help: 'Only units of this layer', default: '' },
  galleryquantity: { view: 'Gallery', help: 'Only units of this quantity', default: '' },
  gallerymixed: {
    view: 'Gallery',
    help: 'Mixed units in the picture of the kinds',
    default: 'on',
    values: ['on', 'off'],
  },
  matrix: { view: 'Matrix', help: 'Name of the matrix; empty for the first', default: '' },
  matrixsequence: { view: 'Matrix', help: 'Sequence of the probe, counted from 0', default: '0' },
  matrixhead: { view: 'Matrix', help: 'Head of the matrix, counted from 0, or the mean of the heads', default: 'mean' },
  matrixdrawing: {
    view: 'Matrix',
    help: 'Cells, or curves between two lines of tokens',
    default: 'cells',
    values: ['cells', 'curves'],
  },
  matrixlimit: {
    view: 'Matrix',
    help: 'Colour limit: the largest value on show, or 1',
    default: 'seen',
    values: ['seen', 'one'],
  },
  sequence: { view: 'Sequences', help: 'Sequence that is open, counted from 0', default: '' },
  sequencepins: { view: 'Sequences', help: 'Sequences that are pinned, counted from 0', default: '' },
  sequencealign: {
    view: 'Sequences',
    help: 'Step at which pinned sequences are aligned',
    default: 'start',
    values: ['start', 'end', 'decision'],
  },
  sequencesort: { view: 'Sequences', help: 'Column that sorts the table, with .up for ascending', default: '' },
  sequencetext: { view: 'Sequences', help: 'Text that the sequences contain, or a regular expression', default: '' },
  sequenceregex: {
    view: 'Sequences',
    help: 'The text is a regular expression',
    default: 'off',
    values: ['off', 'on'],
  },
  sequencewrong: {
    view: 'Sequences',
    help: 'Only sequences that are predicted wrong',
    default: '',
    values: ['', 'only'],
  },
  sequencelabel: { view: 'Sequences', help: 'Only sequences of this class', default: '' },
  sequenceprediction: { view: 'Sequences', help: 'Only sequences that are predicted as this class', default: '' },
  sequencejump: { view: 'Sequences', help: 'Share of the longest step from which a step is a jump', default: '0.4' },
  sequencechange: { view: 'Sequences', help: 'Change of a probability from which it is an event', default: '0.3' },
  statescolor: {
    view: 'States',
    help: 'Colour of the points; empty for the prediction of a classifier, else the unit',
    default: '',
    values: ['', 'unit', 'feature', 'probability', 'loss', 'class', 'prediction', 'time'],
  },
  statesaxes: {
    view: 'States',
    help: 'Components on the axes, or all three',
    default: '1 2',
    values: ['1 2', '1 3', '2 3', '3d'],
  },
  statesmethod: { view: 'States', help: 'Principal components, or t-SNE', default: 'pca', values: ['pca', 'tsne'] },
  statespoints: {
    view: 'States',
    help: 'Every state, or the last one of each sequence',
    default: 'all',
    values: ['all', 'last'],
  },
  statesbrush: { view: 'States', help: 'Rectangle of chosen states: left, bottom, right, top', default: '' },
  statessequences: { view: 'States', help: 'Sequences whose trajectories stay, counted from 0', default: '' },
  statestrail: { view: 'States', help: 'Tokens of a trajectory to either side of the token', default: '12' },
  statesturn: { view: 'States', help: 'Yaw and pitch of three components', default: '0.6 0.4' },
  statesfixed: {
    view: 'States',
    help: 'Fixed points and their unstable directions in the picture',
    default: 'on',
    values: ['on', 'off'],
  },
  statescurves: {
    view: 'States',
    help: 'Dimension and speed over the epochs',
    default: 'off',
    values: ['off', 'on'],
  },
  why: { view: 'Why', help: 'Prediction that is explained: sequence and step, counted from 0', default: '' },
  words: { view: 'Words', help: 'Words that are chosen, up to three, as JSON', default: '' },
  'words-picture': {
    view: 'Words',
    help: 'Picture of words and units',
    default: 'clusters',
    values: ['clusters', 'heatmap'],
  },
  'word-clusters': { view: 'Words', help: 'Number of clusters, 2 to 20', default: '6' },
  'word-mode': {
    view: 'Words',
    help: 'Responses that are clustered',
    default: 'abs',
    values: ['abs', 'raw', 'positive', 'negative'],
  },
  'word-links': { view: 'Words', help: 'Weakest and strongest link, in % of the strongest', default: '25-100' },
  curves: { view: 'Training', help: 'Scalars in the picture', default: '' },
  'curves-x': { view: 'Training', help: 'Horizontal axis', default: 'step', values: ['step', 'time', 'wall'] },
  'curves-y': { view: 'Training', help: 'Vertical axis', default: 'linear', values: ['linear', 'log'] },
  smoothing: { view: 'Training', help: 'Smoothing of the curves, 0 to 1', default: '0' },
  runs: { view: 'Overview', help: 'Filter of the runs; by default that of the host', default: '' },
  'runs-sort': { view: 'Overview', help: 'Order of the runs', default: 'name', values: ['name', 'loss', 'newest'] },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** The words of a setting. */
export type SettingValue<K extends SettingName> = (typeof SETTINGS)[K] extends { readonly values: readonly (infer V)[] }
  ? V
  : string;

/** A signal of a setting's word. */
export type SettingSignal<K extends SettingName> = Signal<SettingValue<K>>;

export const PERSISTED = (Object.keys(SETTINGS) as SettingName[]).filter(
  (name) => (SETTINGS[name] as Setting).isPersisted,
);

/** A word of the link where it means something, otherwise the default. */
export function parseSetting(name: SettingName, word: string | undefined, fallback: string = SETTINGS[name].default) {
  const { values }: Setting = SETTINGS[name];
  return word === undefined || (values && !values.includes(word)) ? fallback : word;
}

/** The table of the docs, Markdown. */
export function settingsPage(): string {
  const cell = (word: string) => (word ? `\`${word}\`` : '(empty)');
  const row = ([name, { view, help, default: word, values, isPersisted }]: [string, Setting]) =>
    `| \`${name}\` | ${view} | ${help} | ${values ? values.map(cell).join(', ') : 'any'} | ${cell(word)} | ${
      isPersisted ? 'link and browser' : 'link'
    } |`;
  return [
    '# Settings in the link',
    'The address of the tab holds every setting that is not at its default, after the selection itself (`run`, `step`,',
    '`probe`, `layer`, `quantity`, `unit`, `units`, `feature`, `tokens`, `compare`, `comparestep`, …). Words that a',
    'setting does not know are read as its default.',
    '',
    '| setting | view | meaning | values | default | kept in |',
    '|---|---|---|---|---|---|',
    ...Object.entries(SETTINGS).map(row),
    '',
  ].join('\n');
}
