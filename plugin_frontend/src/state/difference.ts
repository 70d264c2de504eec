import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Activity, Matching, Matrix, Relevance, Spectrum, TokenText, UnitSeries } from '../data/types.ts';
import type { Colormap } from './colormap.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { sameText } from './same-text.ts';
import type { RecordingData } from './recording-data.ts';

const NONE = 'A difference has none of this.';

/** Which row of B stands for each row of A; -1 where none does. */
type Partner = (row: number) => number;

const partnerOf = (matching: Matching | null): Partner =>
  matching ? (row) => matching.partner[row] ?? -1 : (row) => row;

/** One value of two, as far as both are there. */
function both<A, B>(a: Loadable<A>, b: Loadable<A>, make: (a: A, b: A) => B | string): Loadable<B> {
  for (const one of [a, b]) if (one.state === 'empty') return one;
  const [x, y] = [valueOrStale(a), valueOrStale(b)];
  const made = x !== null && y !== null ? make(x, y) : null;
  if (typeof made === 'string') return { state: 'empty', why: made };
  for (const one of [a, b]) if (one.state === 'failed') return { ...one, stale: made };
  return a.state === 'ready' && b.state === 'ready'
    ? { state: 'ready', value: made! }
    : { state: 'loading', stale: made };
}

const count = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;

/** `b` - `a`, row by row as they are asked for. */
export function subtract(b: Matrix, a: Matrix, partner: Partner = (row) => row): Matrix {
  const rows = new Map<number, Float32Array>();
  const matched = (r: number) => partner(r) >= 0 && partner(r) < b.rows;
  return {
    rows: a.rows,
    columns: a.columns,
    scale: a.scale,
    codes: null,
    missing: (r, c) => a.missing(r, c) || (matched(r) ? b.missing(partner(r), c) : 1),
    row(r) {
      let values = rows.get(r);
      if (!values) {
        const own = a.row(r);
        const other = matched(r) ? b.row(partner(r)) : null;
        values = other ? own.map((value, c) => other[c] - value) : new Float32Array(a.columns).fill(NaN);
        rows.set(r, values);
      }
      return values;
    },
  };
}

/** Why two quantities have no difference; null where they have. */
export function whyNotComparable(
  a: Matrix,
  b: Matrix,
  matched: boolean,
  textA: TokenText | null,
  textB: TokenText | null,
): string | null {
  if (!matched && a.rows !== b.rows)
    return `A has ${count(a.rows, 'unit')} and B has ${b.rows}: a difference needs the same units, or matched ones.`;
  if (a.columns !== b.columns)
    return `A has ${count(a.columns, 'token')} and B has ${b.columns}: a difference needs the same text.`;
  if (textA && textB && !sameText(textA, textB))
    return 'A and B read different texts: a difference needs the same text.';
  return null;
}

const rowsLess = (a: Float32Array, b: Float32Array, partner: Partner) =>
  a.map((value, row) => (b[partner(row)] ?? NaN) - value);

/** B less A, as a recording like any other: what can be subtracted is, the rest is empty and says so. */
export function makeDifference(a: RecordingData, b: RecordingData, colors: ReadonlySignal<Colormap>): RecordingData {
  const matched = computed(() => valueOrStale(b.matching.value));
  const none = computed(() => ({ state: 'empty', why: NONE }) as const);
  const made = <T>(
    find: (recording: RecordingData) => Loadable<T>,
    make: (x: T, y: T, partner: Partner) => T | string,
  ) => computed(() => both(find(a), find(b), (x, y) => make(x, y, partnerOf(matched.value))));
  const subtractActivity = (x: Activity, y: Activity, partner: Partner): Activity | string => {
    const why = whyNotComparable(
      x.matrix,
      y.matrix,
      matched.value !== null,
      valueOrStale(a.text.value),
      valueOrStale(b.text.value),
    );
    return why ?? { matrix: subtract(y.matrix, x.matrix, partner), lengths: x.lengths };
  };
  return {
    ...a,
    difference: true,
    colors,
    activity: made<Activity>((recording) => recording.activity.value, subtractActivity),
    unitOf: (quantity, unit) =>
      made<Activity>(
        (recording) =>
          recording.unitOf(quantity, unit === undefined || recording === a ? unit : partnerOf(matched.value)(unit))
            .value,
        (x, y, partner) => subtractActivity(x, y, partner),
      ),
    spectrum: made<Spectrum>(
      (recording) => recording.spectrum.value,
      (x, y, partner) =>
        x.bins === y.bins && (matched.value || x.matrix.rows === y.matrix.rows)
          ? { ...x, matrix: subtract(y.matrix, x.matrix, partner) }
          : 'A and B have spectra of different lengths.',
    ),
    relevance: made<Relevance>(
      (recording) => recording.relevance.value,
      (x, y, partner) => ({
        ...x,
        features: x.features.filter((feature) => y.features.includes(feature)),
        get: (feature, statistic) => rowsLess(x.get(feature, statistic), y.get(feature, statistic), partner),
      }),
    ),
    statistics: (what, layer, quantity) =>
      made<UnitSeries>(
        (recording) => recording.statistics(what, layer, quantity).value,
        (x, y, partner) => ({
          ...x,
          get: (step, row) => rowsLess(x.get(step, row), y.get(b.ref.value?.step ?? step, row), partner),
        }),
      ),
    unitHistory: none,
    report: none,
    reportOf: () => none,
    spectrumAt: () => none,
    scalars: none,
  };
}
