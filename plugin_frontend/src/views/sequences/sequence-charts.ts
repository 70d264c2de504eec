import type { SequenceDecisions } from '../../data/sequence-decisions.ts';
import type { SequenceHistory } from '../../data/sequence-history.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { percent } from '../../ui/percent.ts';
import type { ClassColors } from './class-colors.ts';

/** Classes whose lines are drawn at most. */
const MOST_LINES = 7;

/** Accuracy after each share of the sequences. */
export function accuracyChart({ shares, accuracy }: SequenceDecisions, color: string): LineChartModel {
  return {
    label: 'Accuracy against the share of each sequence that was read',
    x: { title: 'share read', low: 0, high: 1 },
    y: { low: 0, high: 1 },
    lines: [{ name: 'accuracy', color, at: shares, values: accuracy, label: '' }],
    stops: shares.map((_, index) => index),
    nameOf: (index) => `${percent(shares[index] ?? NaN)} read`,
    format: percent,
    now: [],
  };
}

interface Options {
  readonly now: number;
  readonly plural: string;
  readonly color: string;
  nameOf(step: number): string;
}

function overSteps(label: string, steps: readonly number[], lines: readonly Line[], options: Options): LineChartModel {
  const { now, plural, nameOf } = options;
  const marked = steps.length === 1 ? { marker: () => ({ filled: true }) } : {};
  return {
    label: `${label} over ${plural}`,
    x: { title: plural, low: steps[0] ?? 0, high: steps.at(-1) ?? 0 },
    y: { low: 0, high: 1 },
    lines: lines.map((line) => ({ ...line, ...marked })),
    nameOf,
    format: percent,
    now: steps.includes(now) ? [{ stop: now }] : [],
  };
}

/** Share of the sequences that are read before the decision, over the steps. */
export function decisionChart({ steps, decision }: SequenceHistory, options: Options): LineChartModel {
  const line = { name: 'decided after', color: options.color, at: steps, values: decision, label: '' };
  return overSteps('Share of a sequence before the decision', steps, [line], options);
}

/** Share of each class that is predicted right, over the steps. */
export function recallChart(
  { classes, steps, confusion, accuracy }: SequenceHistory,
  colors: ClassColors,
  options: Options,
): LineChartModel {
  const size = classes.length;
  const ofClass = (index: number) =>
    confusion.map((counts) => {
      const row = counts.slice(index * size, (index + 1) * size);
      return row[index] / row.reduce((a, b) => a + b, 0);
    });
  const lines = classes
    .slice(0, MOST_LINES)
    .map((name, index): Line => ({ name, color: colors.solid(index), at: steps, values: ofClass(index) }));
  const all: Line = { name: 'all', color: options.color, at: steps, values: accuracy, dash: '4 3' };
  return overSteps('Share of each class that is right', steps, [...lines, all], options);
}
