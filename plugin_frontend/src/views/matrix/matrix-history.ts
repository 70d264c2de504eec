import type { MatrixSummary } from '../../data/matrix-summary.ts';
import { headName } from '../../state/named-matrices.ts';
import { palette } from '../../ui/draw/axes.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { capital, formatNumber } from '../../ui/format.ts';

/** Number of a matrix that is drawn over the steps. */
export interface MatrixStatistic {
  readonly name: string;
  readonly title: string;
  /** One sentence on how to read it. */
  readonly how: string;
  readonly low: number;
  /** Statistic of uniform weights, drawn beside it unless recordings are compared. */
  readonly chance?: string;
}

export const MATRIX_STATISTICS: readonly MatrixStatistic[] = [
  { name: 'entropy', title: 'entropy', how: '0: each row attends to one column, 1: to all equally', low: 0 },
  {
    name: 'monotonicity',
    title: 'monotonicity',
    how: '1: later rows attend to later columns, −1: the reverse',
    low: -1,
  },
  {
    name: 'diagonal_mass',
    title: 'diagonal mass',
    how: 'share of the weight near the diagonal',
    low: 0,
    chance: 'diagonal_chance',
  },
];

/** Recording whose numbers are drawn. */
export interface SummaryLine {
  /** Letter of the recording; empty if it is the only one. */
  readonly letter: string;
  readonly color: string;
  readonly summary: MatrixSummary;
}

export interface HistoryOptions {
  /** Head whose line is drawn strongest. */
  readonly head: number | 'mean';
  /** Steps chosen. */
  readonly now: readonly number[];
  readonly dark: boolean;
  readonly plural: string;
  nameOf(step: number): string;
}

/** True if a statistic is defined at some step of a recording. */
export const hasStatistic = ({ summary }: SummaryLine, { name }: MatrixStatistic): boolean =>
  summary.get(name, 'mean').some((value) => Number.isFinite(value));

/** Chart of a statistic over the steps, the chosen head before the others. */
export function historyChart(
  statistic: MatrixStatistic,
  recordings: readonly SummaryLine[],
  { head, now, dark, plural, nameOf }: HistoryOptions,
): LineChartModel {
  const { name, title, low, chance } = statistic;
  const lines = recordings.flatMap(({ letter, color, summary }): Line[] => {
    const line = (key: string, of: number | 'mean', more: Partial<Line> & { readonly name: string }): Line => ({
      color,
      at: summary.steps,
      values: summary.get(key, of),
      ...(summary.steps.length === 1 ? { marker: () => ({ filled: true }) } : {}),
      ...more,
    });
    const others =
      recordings.length === 1 && summary.heads > 1 ? Array.from({ length: summary.heads }, (_, k) => k) : [];
    const uniform = chance && recordings.length === 1 ? [line(chance, 'mean', uniformStyle(dark))] : [];
    return [
      ...others.filter((k) => k !== head).map((k) => line(name, k, { name: headName(k), faint: true })),
      ...uniform,
      line(name, head, { name: letter || (head === 'mean' ? 'mean' : headName(head)) }),
    ];
  });
  const steps = [...new Set(recordings.flatMap(({ summary }) => summary.steps))].sort((a, b) => a - b);
  return {
    label: capital(`${title} over ${plural}`),
    x: { title: plural, low: steps[0] ?? 0, high: steps.at(-1) ?? 0 },
    y: { low, high: 1 },
    lines,
    nameOf,
    format: formatNumber,
    now: now.filter((step) => steps.includes(step)).map((stop) => ({ stop })),
  };
}

const uniformStyle = (dark: boolean) => ({ name: 'uniform', color: palette(dark).muted, dash: '4 3' });
