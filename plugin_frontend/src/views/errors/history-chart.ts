import { stackedAxis, type LineChartModel } from '../../ui/charts/line-layout.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import type { History } from './error-model.ts';
import { percent } from './error-words.ts';

interface Options {
  readonly colors: readonly CategoryColor[];
  /** The selected step. */
  readonly now: number;
  /** Noun of the steps, such as "epochs". */
  readonly plural: string;
  readonly nameOf: (step: number) => string;
}

/** Errors by category, stacked, over all steps. */
export function historyChart(
  { steps, names, shares, rates }: History,
  { colors, now, plural, nameOf }: Options,
): LineChartModel {
  return {
    label: `Errors over the ${plural}`,
    x: stackedAxis(steps, plural, nameOf),
    y: { low: 0, high: Math.max(0.001, ...rates) },
    lines: names.map((name, i) => ({
      name,
      color: colors[i].css,
      category: colors[i],
      at: steps,
      values: shares[i],
      stacked: true,
    })),
    nameOf,
    format: percent,
    now: steps.includes(now) ? [{ stop: now }] : [],
  };
}
