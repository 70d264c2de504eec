import { findStatistic } from '../../data/statistics.ts';
import type { Finding, Relevance } from '../../data/types.ts';
import type { Bars } from '../../ui/draw/heatmap-picture.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';

/** The bars of one feature. */
export interface BarColumn extends Bars {
  readonly feature: string;
  /** For the order of the rows: the strongest has the largest size. */
  readonly strength: Float32Array;
}

export interface Evidence {
  readonly relevance: Relevance | null;
  /** Findings of a typed feature, for which the log has no relevance. */
  readonly hypotheses: readonly Finding[];
  readonly layer: string;
  readonly quantity: string;
  readonly units: number;
  /** True for the difference of two recordings, which has no tests. */
  readonly difference: boolean;
}

const PROBABILITY = { low: 0, high: 1, zero: 0 };

const isProbability = (statistic: string) => findStatistic(statistic)?.format === 'probability';

/** One column for each feature of which something is known, all on the same limits. */
export function barColumns(evidence: Evidence, features: readonly string[], statistic: string): BarColumn[] {
  const columns = features.flatMap((feature) => {
    const values = valuesOf(evidence, feature, statistic);
    return values ? [{ feature, values, q: evidence.difference ? null : valuesOf(evidence, feature, 'q') }] : [];
  });
  const range = barRange(
    columns.map(({ values }) => values),
    statistic,
    evidence.difference,
  );
  return columns.map(({ feature, values, q }) => ({
    ...range,
    feature,
    values,
    strength: strengthOf(values, statistic),
    chance: (unit) => q !== null && q[unit] > SIGNIFICANT,
  }));
}

function valuesOf(
  { relevance, hypotheses, layer, quantity, units }: Evidence,
  feature: string,
  statistic: string,
): Float32Array | null {
  const recorded = relevance?.get(feature, statistic);
  if (recorded?.length) return recorded;
  const typed = hypotheses.filter((h) => h.feature === feature && h.layer === layer && h.quantity === quantity);
  if (relevance?.features.includes(feature) || !typed.length) return null;
  const values = new Float32Array(units).fill(NaN);
  const column = findStatistic(statistic);
  for (const finding of typed) values[finding.unit] = column ? finding[column.name] : NaN;
  return values.some(Number.isFinite) ? values : null;
}

/**
 * Range of the bars of a statistic.
 * Some statistics have a fixed range; others reach from 0, or symmetrically if some are negative.
 */
export function barRange(
  columns: readonly Float32Array[],
  statistic: string,
  signed = false,
): Pick<Bars, 'low' | 'high' | 'zero'> {
  const fixed = isProbability(statistic) ? PROBABILITY : findStatistic(statistic)?.range;
  if (fixed && !signed) return fixed;
  let low = 0;
  let high = 0;
  for (const values of columns) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const reach = Math.max(-low, high) || 1;
  return { low: low < 0 || signed ? -reach : 0, high: reach, zero: 0 };
}

function strengthOf(values: Float32Array, statistic: string): Float32Array {
  if (isProbability(statistic)) return values.map((value) => 1 - value);
  const zero = findStatistic(statistic)?.range?.zero ?? 0;
  return values.map((value) => value - zero);
}
