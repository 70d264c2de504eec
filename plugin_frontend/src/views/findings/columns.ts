import type { Finding } from '../../data/types.ts';
import { lagsOf, strongestLag } from '../../ui/draw/response-line.ts';
import { formatPValue, formatNumber, spaced } from '../../ui/format.ts';
import type { Row } from './rows.ts';

/** One column of the table of findings. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly title: string;
  /** Numbers stand at the right and are sorted from the highest. */
  readonly number: boolean;
  /** Index of the recording of the column; null if it is about the feature and unit themselves. */
  readonly recording: number | null;
  /** Sort key of a row; null if there is none. */
  order(row: Row): number | string | null;
  text(row: Row): string;
}

const known = (value: number | null | undefined): number | null =>
  value === null || value === undefined || Number.isNaN(value) ? null : value;

const word = (id: string, title: string, text: (row: Row) => string): Column => ({
  id,
  label: id,
  unit: '',
  title,
  number: false,
  recording: null,
  order: text,
  text,
});

type Measure = Pick<Column, 'id' | 'label' | 'unit' | 'title'> & {
  order(h: Finding): number | null;
  text(h: Finding): string;
};

/** A number of a finding in one recording. */
const measure = ({ order, text, ...more }: Measure, recording: number, id = more.id): Column => ({
  ...more,
  id,
  number: true,
  recording,
  order: ({ found }) => (found[recording] ? known(order(found[recording])) : null),
  text: ({ found }) => (found[recording] ? text(found[recording]) : '–'),
});

const EFFECT: Measure = {
  id: 'effect',
  label: 'effect',
  unit: 'sd',
  title: 'Difference of the means in standard deviations; sorted by its size, whatever the sign',
  order: ({ effect }) => Math.abs(effect),
  text: ({ effect }) => formatNumber(effect, true),
};
const Q: Measure = {
  id: 'q',
  label: 'q',
  unit: '',
  title: 'Rate of false discoveries over everything that was tested',
  order: ({ q }) => q,
  text: ({ q }) => formatPValue(q),
};

const ALONE: readonly Measure[] = [
  {
    id: 'score',
    label: 'score',
    unit: '',
    title: 'Prominence and difference together',
    order: ({ score }) => score,
    text: ({ score }) => formatNumber(score),
  },
  EFFECT,
  Q,
  {
    id: 'lag',
    label: 'lag',
    unit: 'tokens',
    title: 'Where the unit is furthest out around the feature: before it (−), at it (0), behind it',
    order: ({ response }) => response && (strongestLag(response)?.lag ?? null),
    text: ({ response }) => (response ? lagText(strongestLag(response)?.lag ?? null, lagsOf(response)) : '–'),
  },
  {
    id: 'beat',
    label: 'beat',
    unit: 'per token',
    title: 'Frequency of the unit’s strongest beat in cycles per token, and its q against red noise',
    order: ({ peak }) => peak && peak.frequency,
    text: ({ peak }) =>
      peak ? `${formatNumber(peak.frequency)}${Number.isNaN(peak.q) ? '' : `, q ${formatPValue(peak.q)}`}` : '–',
  },
  {
    id: 'causal',
    label: 'is used',
    unit: 'nats',
    title:
      'What holding the unit costs on the feature’s tokens against the rest, in nats per token, with its 0.95 interval',
    order: ({ ablation }) => ablation && ablation.effect,
    text: ({ ablation }) =>
      ablation
        ? `${formatNumber(ablation.effect, true)} ` + `[${formatNumber(ablation.low)}, ${formatNumber(ablation.high)}]`
        : '–',
  },
];

const lagText = (lag: number | null, most: number) =>
  lag === null || lag > most ? '–' : lag > 0 ? `+${lag}` : String(lag).replace('-', '−');

const NAMES: readonly Column[] = [
  word('feature', 'What a token is, or is in', ({ pin }) => pin.feature),
  word('layer', 'The recurrent layer', ({ pin }) => pin.layer),
  word('quantity', 'The kind of activity', ({ pin }) => spaced(pin.quantity)),
  {
    id: 'unit',
    label: 'unit',
    unit: '',
    title: 'Index of the unit in its layer',
    number: true,
    recording: null,
    order: ({ pin }) => pin.unit,
    text: ({ pin }) => String(pin.unit),
  },
];

/** Since when a link is known; `one` is what a step is called. */
const beginning = (one: string): Column => ({
  id: 'first',
  label: 'since',
  unit: one,
  title:
    `The ${one} since which it is above chance at every later one; ` +
    'where the log does not say, that at which it is first listed',
  number: true,
  recording: null,
  order: ({ began }) => began && began.step,
  text: ({ began }) => (began ? (began.step < 0 ? 'before' : String(began.step)) : '–'),
});

/** By how much the effect is larger in the second recording. */
const GAIN: Column = {
  id: 'gain',
  label: 'effect',
  unit: 'sd',
  title: 'Effect in B less effect in A; sorted by its size, whatever the sign',
  number: true,
  recording: null,
  order: (row) => {
    const gain = gainOf(row);
    return gain === null ? null : Math.abs(gain);
  },
  text: (row) => formatNumber(gainOf(row) ?? NaN, true),
};

export function gainOf({ found: [a, b] }: Row): number | null {
  return a && b ? known(b.effect - a.effect) : null;
}

/**
 * Columns of one recording or of several that are compared.
 * `less` adds the difference of the first two.
 */
export function columnsOf(recordings: number, less: boolean, one: string): Column[] {
  if (recordings < 2) return [...NAMES, ...ALONE.map((column) => measure(column, 0)), beginning(one)];
  const compared = Array.from({ length: recordings }, (_, recording) => [
    measure(EFFECT, recording, `effect${recording}`),
    measure(Q, recording, `q${recording}`),
  ]).flat();
  return [...NAMES, ...compared, ...(less ? [GAIN] : [])];
}
