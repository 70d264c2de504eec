import type { Digest, Index } from '../data/types.ts';

/** Colour limits of the chosen layer and quantity over all steps of the runs shown. */
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
