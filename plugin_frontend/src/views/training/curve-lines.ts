import type { Line, LineChartModel, Now } from '../../ui/charts/line-chart.ts';
import { extent, smoothed } from '../../ui/draw/curve.ts';
import { formatNumber, truncate } from '../../ui/format.ts';
import type { Curve } from './curve.ts';

export type Across = 'step' | 'time' | 'wall';

export interface CurveOptions {
  readonly across: Across;
  readonly log: boolean;
  /** Weight of what was before, 0 to below 1. */
  readonly smoothing: number;
}

/** Colours and dashes of curves, and the steps that are selected. */
export interface CurveStyle {
  readonly colors: readonly string[];
  /** Roles of runs that have strokes of their own. */
  readonly roles: readonly string[];
  readonly now: readonly { readonly run: string; readonly step: number }[];
  readonly nameOf: (step: number) => string;
}

/**
 * Dashes of the runs of one training, such as train and validation.
 * A run of another training has a solid line.
 */
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
export const dashOf = (roles: readonly string[], role: string): string =>
  DASHES[Math.max(0, roles.indexOf(role)) % DASHES.length];

const positionsOf = ({ steps, wallTimes, began }: Curve, across: Across) =>
  across === 'step' ? steps : across === 'wall' ? wallTimes : wallTimes.map((time) => time - began);

/** Line chart of the curves of one tag. */
export function curveChart(
  tag: string,
  curves: readonly Curve[],
  { across, log, smoothing }: CurveOptions,
  { colors, roles, now, nameOf }: CurveStyle,
): LineChartModel {
  const compared = new Set(curves.map(({ letter }) => letter)).size > 1;
  const colorOf = (series: number) => colors[series % colors.length];
  const lines = curves.map((curve): Line => ({
    name: `${curve.letter} ${truncate(curve.role)}`.trim(),
    label: compared ? truncate(curve.letter, 4) : '',
    run: curve.run,
    color: colorOf(curve.series),
    dash: dashOf(roles, curve.role),
    at: positionsOf(curve, across),
    stops: curve.steps,
    values: smoothed(curve.values, smoothing),
    ...(smoothing ? { raw: curve.values } : {}),
  }));
  const drawn = (value: number) => Number.isFinite(value) && (!log || value > 0);
  const [low, high] = padded(extent(curves.flatMap(({ values }) => [...values].filter(drawn))) ?? [1, 1], log);
  const [from, to] = extent(lines.flatMap(({ at }) => Array.from(at))) ?? [0, 0];
  return {
    label: tag,
    x: { low: from, high: to, scale: across === 'step' ? 'linear' : across },
    y: { low, high, scale: log ? 'log' : 'linear' },
    lines,
    nameOf,
    format: (value) => formatNumber(value),
    now: now.map(({ run, step }): Now => ({
      stop: step,
      run,
      color: colorOf(curves.find((curve) => curve.run === run)?.series ?? 0),
    })),
  };
}

/** A little more than the range, so that lines do not lie on the edge. */
function padded([low, high]: readonly [number, number], log: boolean): [number, number] {
  if (log) return low === high ? [low / 2, high * 2] : [low, high];
  const more = (high - low) / 20 || Math.abs(low) / 10 || 1;
  return [low - more, high + more];
}
