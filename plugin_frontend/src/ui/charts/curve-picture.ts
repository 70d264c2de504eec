import { extent, linePath, nearest, smoothed } from '../draw/curve.ts';
import { spread } from '../draw/line-names.ts';
import { linearScale, logScale, type Scale } from '../draw/plot-scale.ts';
import { timeScale } from '../draw/time-scale.ts';
import type { Curve } from './curve.ts';

export type Across = 'step' | 'time' | 'wall';

export interface CurveOptions {
  readonly across: Across;
  readonly log: boolean;
  /** Weight of what was before, 0 to below 1. */
  readonly smoothing: number;
}

/** A line as it is drawn. */
export interface CurveLine {
  readonly curve: Curve;
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly path: string;
  /** The values themselves, where they are smoothed. */
  readonly raw: string;
}

export interface CurvePicture {
  readonly lines: readonly CurveLine[];
  readonly x: Scale;
  readonly y: Scale;
  /** Right edge of the lines. */
  readonly right: number;
}

export const MARGIN = { left: 44, right: 10, top: 8, bottom: 18 };
/** Room at the right for the letters of several sides. */
const LETTERS = 14;
const LETTER_HEIGHT = 11;

const xsOf = ({ steps, wallTimes, began }: Curve, across: Across) =>
  across === 'step' ? steps : across === 'wall' ? wallTimes : wallTimes.map((time) => time - began);

/** Curves of one scalar in a box; null where nothing can be drawn. */
export function curvePicture(
  curves: readonly Curve[],
  { across, log, smoothing }: CurveOptions,
  width: number,
  height: number,
): CurvePicture | null {
  const bases = curves.map((curve) => ({ curve, xs: xsOf(curve, across), ys: smoothed(curve.values, smoothing) }));
  const drawn = (value: number) => Number.isFinite(value) && (!log || value > 0);
  const range = extent(bases.flatMap(({ curve }) => [...curve.values].filter(drawn)));
  const reach = extent(bases.flatMap(({ xs }) => [...xs]));
  if (!range || !reach) return null;
  const right = width - MARGIN.right - (isCompared(curves) ? LETTERS : 0);
  const [from, to] = [MARGIN.left, Math.max(MARGIN.left + 1, right)];
  const [bottom, top] = [Math.max(MARGIN.top + 1, height - MARGIN.bottom), MARGIN.top];
  const x =
    across === 'step'
      ? linearScale(...reach, from, to, Math.max(2, (to - from) / 80))
      : timeScale(...reach, from, to, across === 'wall');
  const y = (log ? logScale : linearScale)(...roomy(range, log), bottom, top);
  return {
    x,
    y,
    right: to,
    lines: bases.map(({ curve, xs, ys }) => ({
      curve,
      xs,
      ys,
      path: linePath(xs, ys, x, y),
      raw: smoothing ? linePath(xs, curve.values, x, y) : '',
    })),
  };
}

const isCompared = (curves: readonly Curve[]) => new Set(curves.map(({ letter }) => letter)).size > 1;

/** Letters of recordings at the ends of their lines, spread apart. */
export function letters(
  { lines, x, y }: CurvePicture,
  bottom: number,
): readonly { readonly line: CurveLine; readonly left: number; readonly top: number }[] {
  if (!isCompared(lines.map(({ curve }) => curve))) return [];
  const ends = lines.flatMap((line) => {
    const i = line.ys.findLastIndex((value) => Number.isFinite(y.at(value)));
    return i < 0 ? [] : [{ line, left: x.at(line.xs[i]) + 4, top: y.at(line.ys[i]) }];
  });
  const tops = spread(
    ends.map(({ top }) => top),
    LETTER_HEIGHT,
    MARGIN.top,
    bottom,
  );
  return ends.map((end, i) => ({ ...end, top: tops[i] }));
}

/** A little more than the range, so that lines do not lie on the edge. */
function roomy([low, high]: readonly [number, number], log: boolean): [number, number] {
  if (log) return low === high ? [low / 2, high * 2] : [low, high];
  const more = (high - low) / 20 || Math.abs(low) / 10 || 1;
  return [low - more, high + more];
}

/** The step of the point nearest to a place across the picture; null where there is none. */
export function stepNear({ lines, x }: CurvePicture, pixel: number): number | null {
  const wanted = x.valueAt(pixel);
  let best: { step: number; far: number } | null = null;
  for (const { curve, xs } of lines) {
    const i = nearest(xs, wanted);
    const far = i < 0 ? Infinity : Math.abs(xs[i] - wanted);
    if (far < (best?.far ?? Infinity)) best = { step: curve.steps[i], far };
  }
  return best && best.step;
}

/** All steps of the lines, ascending. */
export const stepsOf = ({ lines }: CurvePicture): number[] =>
  [...new Set(lines.flatMap(({ curve }) => [...curve.steps]))].sort((a, b) => a - b);

/** Index of a step in a line; -1 if it has no point there. */
export const placeOf = ({ curve }: CurveLine, step: number): number => curve.steps.indexOf(step);
