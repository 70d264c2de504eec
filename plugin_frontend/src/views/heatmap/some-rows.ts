import { Missing, type Activity, type Matrix } from '../../data/types.ts';
import { formatCount } from '../../ui/format.ts';
import { valueOrStale, type Loadable, type RecordingData } from '../../state/store.ts';

/** More values than these are not fetched together. */
export const MOST_VALUES = 64e6;

/** Reason for which only some units are read; null if all are. */
export function whyNotAll(units: number, tokens: number): string | null {
  return units * tokens > MOST_VALUES
    ? `${formatCount(units)} units by ${formatCount(tokens)} tokens are too many to read at once: ` +
        'suggested and chosen units are shown.'
    : null;
}

/** The rows of these units alone, read one by one; there when all of them are. */
export function someRows(
  sources: Pick<RecordingData, 'unitOf'>,
  quantity: string,
  units: readonly number[],
  rows: number,
): Loadable<Activity> {
  const loadables = units.map((unit) => sources.unitOf(quantity, unit).value);
  for (const one of loadables) if (one.state === 'empty' || (one.state === 'failed' && !one.stale)) return one;
  const rowsOfUnits = new Map(units.map((unit, i) => [unit, valueOrStale(loadables[i])]));
  const [first] = rowsOfUnits.values();
  if (!first || [...rowsOfUnits.values()].includes(null)) return { state: 'loading', stale: null };
  const value = {
    lengths: first.lengths,
    matrix: together(rowsOfUnits as Map<number, Activity>, rows, first.matrix.columns),
  };
  return loadables.every(({ state }) => state === 'ready')
    ? { state: 'ready', value }
    : { state: 'loading', stale: value };
}

function together(rowsOfUnits: ReadonlyMap<number, Activity>, rows: number, columns: number): Matrix {
  const nothing = new Float32Array(columns).fill(NaN);
  return {
    rows,
    columns,
    scale: new Float32Array(rows),
    codes: null,
    row: (unit) => rowsOfUnits.get(unit)?.matrix.row(unit) ?? nothing,
    missing: (unit, token) => rowsOfUnits.get(unit)?.matrix.missing(unit, token) ?? Missing.Masked,
  };
}
