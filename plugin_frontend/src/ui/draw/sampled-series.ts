import { MinMaxPyramid, type Extent } from './min-max-pyramid.ts';

/** Range of steps in view; both ends may lie within a step. */
export interface StepWindow {
  readonly first: number;
  readonly end: number;
}

/** Window whose columns of pixels begin at multiples of their steps. */
export interface PixelGrid extends StepWindow {
  /** Steps of a column. */
  readonly perPixel: number;
  readonly columns: number;
  /** Index of the first column, counted from the beginning of the sequence. */
  readonly column: number;
}

/** Pixels to which a step may shrink before the line becomes an envelope. */
const LEAST_PIXELS = 0.5;

/**
 * Series of numbers whose line costs its width in pixels at any zoom.
 * NaN is a gap. Pyramid and sums are made at the first use.
 */
export class SampledSeries {
  private pyramid: MinMaxPyramid | null = null;
  private sums: Float64Array | null = null;
  private counts: Uint32Array | null = null;

  constructor(readonly values: Float32Array) {}

  get length(): number {
    return this.values.length;
  }

  /** Extremes of a range of steps; null if all are missing. */
  extent(first = 0, end = this.length): Extent | null {
    return (this.pyramid ??= new MinMaxPyramid(this.values)).extent(first, end);
  }

  /** Mean of the numbers from `first` to before `end`; NaN if there are none. */
  mean(first: number, end: number): number {
    if (end - first === 1) return this.values[first] ?? NaN;
    if (!this.sums || !this.counts) this.accumulate();
    const count = this.counts![end] - this.counts![first];
    return count ? (this.sums![end] - this.sums![first]) / count : NaN;
  }

  private accumulate(): void {
    const { values } = this;
    this.sums = new Float64Array(values.length + 1);
    this.counts = new Uint32Array(values.length + 1);
    for (let i = 0; i < values.length; i++) {
      const isNumber = Number.isFinite(values[i]);
      this.sums[i + 1] = this.sums[i] + (isNumber ? values[i] : 0);
      this.counts[i + 1] = this.counts[i] + (isNumber ? 1 : 0);
    }
  }
}

/** Steps of a pixel column of a window, at least one. */
export function stepsOfPixel(
  view: StepWindow | PixelGrid,
  width: number,
  pixel: number,
  length: number,
): readonly [from: number, to: number] {
  const { first, end } = view;
  // By the index of the column, so that rounding is the same wherever the column is.
  const isGrid = 'column' in view;
  const perPixel = isGrid ? view.perPixel : (end - first) / width;
  const at = (column: number) => (isGrid ? (view.column + column) * perPixel : first + column * perPixel);
  const from = Math.max(0, Math.min(length - 1, Math.floor(at(pixel))));
  const to = Math.min(length, Math.max(from + 1, Math.floor(at(pixel + 1))));
  return [from, to];
}

/** True if a window has so many steps that a line is drawn as its envelope. */
export const isEnvelope = ({ first, end }: StepWindow, width: number): boolean =>
  ((end - first) / width) * LEAST_PIXELS > 1;

/**
 * Window moved by less than a pixel to whole columns.
 * A column then shows the same steps wherever it is.
 * Null while steps are wider than pixels.
 */
export function pixelGrid(view: StepWindow, columns: number): PixelGrid | null {
  if (!isEnvelope(view, columns)) return null;
  const perPixel = (view.end - view.first) / columns;
  const column = Math.round(view.first / perPixel);
  return { first: column * perPixel, end: (column + columns) * perPixel, perPixel, columns, column };
}

/** Window of some columns of a grid. */
export function columnsOf({ perPixel, column }: PixelGrid, from: number, to: number): PixelGrid {
  const [first, end] = [column + from, column + to];
  return { first: first * perPixel, end: end * perPixel, perPixel, columns: to - from, column: first };
}

/** Index of the first column of a window; 0 if its columns are no grid. */
export const columnAt = (view: StepWindow | PixelGrid): number => ('column' in view ? view.column : 0);

/**
 * Points of a line over a window, x in pixels and y in values: x0, y0, x1, y1, …
 * A pair of NaN ends a stretch of the line. While steps are wider than half a pixel every step is a point at its
 * middle; otherwise every pixel column has the lowest and the highest value of its steps, so that there are at most
 * two points and a gap for each pixel.
 */
export function linePoints(series: SampledSeries, view: StepWindow, width: number): Float32Array {
  return isEnvelope(view, width) ? envelopePoints(series, view, width) : stepPoints(series, view, width);
}

/**
 * Envelope of a line: lowest and highest value of each pixel column.
 * The values are low0, high0, low1, … Neighbouring columns touch each other. NaN where every step is missing.
 */
export function envelopeColumns(series: SampledSeries, view: StepWindow, width: number): Float32Array {
  const columns = new Float32Array(2 * Math.ceil(width)).fill(NaN);
  const before = view.first > 0 ? series.extent(...stepsOfPixel(view, width, -1, series.length)) : null;
  let [lastLow, lastHigh] = before ? [before.low, before.high] : [-Infinity, Infinity];
  for (let pixel = 0; pixel < width; pixel++) {
    const [from, to] = stepsOfPixel(view, width, pixel, series.length);
    const extent = series.extent(from, to);
    if (!extent) {
      [lastLow, lastHigh] = [-Infinity, Infinity];
      continue;
    }
    columns[2 * pixel] = Math.min(extent.low, lastHigh);
    columns[2 * pixel + 1] = Math.max(extent.high, lastLow);
    [lastLow, lastHigh] = [extent.low, extent.high];
  }
  return columns;
}

function stepPoints({ values, length }: SampledSeries, { first, end }: StepWindow, width: number): Float32Array {
  const from = Math.max(0, Math.floor(first) - 1);
  const to = Math.min(length, Math.ceil(end) + 1);
  const points = new Float32Array(2 * Math.max(0, to - from));
  const scale = width / (end - first);
  for (let i = from, at = 0; i < to; i++, at += 2) {
    const value = values[i];
    const isNumber = Number.isFinite(value);
    points[at] = isNumber ? (i + 0.5 - first) * scale : NaN;
    points[at + 1] = isNumber ? value : NaN;
  }
  return points;
}

function envelopePoints(series: SampledSeries, view: StepWindow, width: number): Float32Array {
  const points = new Float32Array(4 * Math.ceil(width));
  let at = 0;
  let last = NaN;
  for (let pixel = 0; pixel < width; pixel++) {
    const [from, to] = stepsOfPixel(view, width, pixel, series.length);
    const extent = series.extent(from, to);
    if (!extent) {
      if (at && !Number.isNaN(points[at - 1])) {
        points[at++] = NaN;
        points[at++] = NaN;
      }
      last = NaN;
      continue;
    }
    const { low, high } = extent;
    // Begins at the end that is nearer to where the last pixel ended.
    const isRising = !(Math.abs(high - last) < Math.abs(low - last));
    points[at++] = pixel + 0.5;
    points[at++] = isRising ? low : high;
    if (low !== high) {
      points[at++] = pixel + 0.5;
      points[at++] = isRising ? high : low;
    }
    last = isRising ? high : low;
  }
  return points.subarray(0, at);
}

/** Window zoomed by a factor about a share of its width, `least` steps or more. */
export function zoomWindow(view: StepWindow, factor: number, share: number, length: number, least = 4): StepWindow {
  const span = view.end - view.first;
  const next = Math.min(length, Math.max(Math.min(least, length), span / factor));
  return panWindow(
    { first: view.first + share * (span - next), end: view.first + share * (span - next) + next },
    0,
    length,
  );
}

/** Window moved by a number of steps, within a length. */
export function panWindow({ first, end }: StepWindow, by: number, length: number): StepWindow {
  const span = Math.min(length, end - first);
  const from = Math.max(0, Math.min(length - span, first + by));
  return { first: from, end: from + span };
}

/** Window of a word of the link, `first end`; all steps if it is none. */
export function readWindow(word: string, length: number): StepWindow {
  const [first, end] = word.split(' ').map(Number);
  return word && first >= 0 && end > first && first < length
    ? panWindow({ first, end: Math.min(end, length) }, 0, length)
    : { first: 0, end: length };
}

/** Word of the link of a window; empty for all steps. */
export const writeWindow = ({ first, end }: StepWindow, length: number): string =>
  end - first >= length ? '' : `${Number(first.toFixed(1))} ${Number(end.toFixed(1))}`;
