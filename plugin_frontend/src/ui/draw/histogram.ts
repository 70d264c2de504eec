import { extent } from './curve.ts';

/**
 * Histogram between `low` and `high` with equal bins.
 * Values beyond count in the outermost bin of their side.
 */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array;
  /** Numbers that were counted. */
  readonly total: number;
  /** Values that are not finite. */
  readonly missing: number;
}

export function histogram(values: ArrayLike<number>, low: number, high: number, bins: number): Histogram {
  const counts = new Uint32Array(bins);
  const factor = high > low ? bins / (high - low) : 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    const bin = factor ? Math.floor((value - low) * factor) : bins >> 1;
    counts[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin]++;
    total++;
  }
  return { low, high, counts, total, missing: values.length - total };
}

const SORTED = 2048;
const PARTS = 8192;

/**
 * Quantiles of all numbers.
 * Infinite values count, NaN does not; NaN if there is no number. Exact up to 2,048 values; above that to 1 /
 * 8,192 of the extent, in one pass.
 */
export function quantiles(values: Float32Array, shares: readonly number[]): number[] {
  const around = extent(values);
  if (values.length > SORTED && around) return counted(values, around, shares);
  const finite = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return shares.map((share) => {
    const rank = share * (finite.length - 1);
    const below = Math.floor(rank);
    const [a, b] = [finite[below], finite[Math.ceil(rank)]];
    return a === b || rank === below ? (a ?? NaN) : a + (rank - below) * (b - a);
  });
}

function counted(values: Float32Array, [low, high]: readonly [number, number], shares: readonly number[]): number[] {
  const { counts, total } = histogram(values, low, high, PARTS);
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === -Infinity) least++;
    else if (values[i] === Infinity) most++;
  }
  return shares.map((share) => {
    const rank = share * (total + least + most - 1);
    if (rank < least) return -Infinity;
    if (rank > least + total - 1) return most ? Infinity : high;
    let before = least;
    let part = 0;
    while (part < PARTS - 1 && before + counts[part] <= rank) before += counts[part++];
    return low + ((part + (rank - before + 0.5) / counts[part]) / PARTS) * (high - low);
  });
}
