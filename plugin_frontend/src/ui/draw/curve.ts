import type { Scale } from './plot-scale.ts';

type Values = ArrayLike<number>;

/** The least and the greatest of what is finite; null where nothing is. */
export function extent(values: Iterable<number>): readonly [low: number, high: number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/**
 * SVG path of a line through points, broken at missing values.
 * A single point is a dot for a round pen.
 */
export function linePath(xs: Values, ys: Values, x: Scale, y: Scale): string {
  let path = '';
  let pen = false;
  let alone = false;
  for (let i = 0; i < xs.length; i++) {
    const [left, top] = [x.at(xs[i]), y.at(ys[i])];
    if (!Number.isFinite(left) || !Number.isFinite(top)) {
      if (alone) path += 'h0';
      pen = alone = false;
      continue;
    }
    path += `${pen ? 'L' : 'M'}${left.toFixed(1)} ${top.toFixed(1)}`;
    alone = !pen;
    pen = true;
  }
  return alone ? `${path}h0` : path;
}

/** The room between two lines over the same points, as an SVG path. */
export function areaPath(xs: Values, lower: Values, upper: Values, x: Scale, y: Scale): string {
  const point = (i: number, values: Values) => `${x.at(xs[i]).toFixed(1)} ${y.at(values[i]).toFixed(1)}`;
  const places = Array.from(xs, (_, i) => i);
  if (!places.length) return '';
  return `M${places.map((i) => point(i, upper)).join('L')}L${places
    .reverse()
    .map((i) => point(i, lower))
    .join('L')}Z`;
}

/** The point whose x is nearest; -1 where none is. */
export function nearest(xs: Values, target: number): number {
  let best = -1;
  for (let i = 0; i < xs.length; i++) {
    if (Number.isFinite(xs[i]) && (best < 0 || Math.abs(xs[i] - target) < Math.abs(xs[best] - target))) best = i;
  }
  return best;
}

/**
 * Exponential moving average that starts at the first value, as in TensorBoard.
 * Values that are not finite stay and are skipped.
 */
export function smoothed(values: Values, weight: number): Float64Array {
  let [mean, seen] = [0, 0];
  return Float64Array.from(values, (value) => {
    if (!Number.isFinite(value) || !weight) return value;
    mean = weight * mean + (1 - weight) * value;
    return mean / (1 - weight ** ++seen);
  });
}
