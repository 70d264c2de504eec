import type { Digest, Index, UnitSeries } from '../data/types.ts';

/** Limits of the colours of activity. */
export interface Limit {
  readonly low: number;
  readonly high: number;
  /** Zero lies in the middle and has the neutral colour. */
  readonly diverging: boolean;
}

export function isGate(index: Index, layer: string, quantity: string): boolean {
  return index.runs.some((run) =>
    run.probes.some((probe) =>
      probe.layers.some(
        (info) => info.layer === layer && info.quantities.some((q) => q.quantity === quantity && q.role !== null),
      ),
    ),
  );
}

/**
 * Limits of the colours of a quantity.
 * A gate has 0 and 1 or, if asked for, the extremes of all steps. Other quantities are symmetric about zero: the
 * 0.999 quantile of the absolute values, the largest of all steps.
 */
export function findLimit(
  gate: 'whole' | 'seen' | null,
  digests: readonly Digest[],
  layer: string,
  quantity: string,
): Limit {
  const ranges = digests.flatMap((digest) => digest.ranges[layer]?.[quantity] ?? []);
  if (gate) {
    const low = Math.min(1, ...ranges.map((range) => range.low).filter(Number.isFinite));
    const high = Math.max(0, ...ranges.map((range) => range.high).filter(Number.isFinite));
    return gate === 'seen' && low < high ? { low, high, diverging: false } : { low: 0, high: 1, diverging: false };
  }
  const high = Math.max(0, ...ranges.map((range) => range.limit).filter(Number.isFinite)) || 1;
  return { low: -high, high, diverging: true };
}

/** Lowest and highest value of every unit over all steps of a run. */
export interface UnitRanges {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

const rangesBySeries = new WeakMap<UnitSeries, UnitRanges>();

/** Ranges of the units over the steps of a series, cached. */
export function rangesOver(series: UnitSeries): UnitRanges {
  let ranges = rangesBySeries.get(series);
  if (!ranges) {
    ranges = { low: new Float32Array(series.units).fill(NaN), high: new Float32Array(series.units).fill(NaN) };
    for (const step of series.steps) {
      extend(ranges.low, series.get(step, 'low'), (value, other) => value < other);
      extend(ranges.high, series.get(step, 'high'), (value, other) => value > other);
    }
    rangesBySeries.set(series, ranges);
  }
  return ranges;
}

function extend(
  extremes: Float32Array,
  values: Float32Array,
  isFurther: (value: number, other: number) => boolean,
): void {
  values.forEach((value, unit) => {
    if (Number.isNaN(extremes[unit]) || isFurther(value, extremes[unit])) extremes[unit] = value;
  });
}

/**
 * Limits of the colours of one unit.
 * They are symmetric about zero, or the range of a gate if the limits of its quantity are not 0 and 1. A unit without
 * values, or whose values are all zero, has the limits of its quantity.
 *
 * @param quantity Limits of the quantity.
 * @param ranges Robust ranges of the unit in everything that is compared.
 */
export function findUnitLimit(quantity: Limit, ranges: readonly (readonly [low: number, high: number])[]): Limit {
  const low = Math.min(...ranges.map((range) => range[0]).filter(Number.isFinite));
  const high = Math.max(...ranges.map((range) => range[1]).filter(Number.isFinite));
  if (!quantity.diverging) {
    const within = { low: Math.max(low, quantity.low), high: Math.min(high, quantity.high) };
    return within.low < within.high ? { ...within, diverging: false } : quantity;
  }
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return reach > 0 && Number.isFinite(reach) ? { low: -reach, high: reach, diverging: true } : quantity;
}
