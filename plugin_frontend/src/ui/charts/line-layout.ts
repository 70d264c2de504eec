import type { CategoryColor } from '../draw/categories.ts';
import { nearest } from '../draw/curve.ts';
import { lastKnown, spread } from '../draw/line-names.ts';
import { linearScale, logScale, type Scale } from '../draw/plot-scale.ts';
import { edgesOf } from '../draw/spectrogram.ts';
import { timeScale } from '../draw/time-scale.ts';

/** Axis of a chart; `time` counts seconds since a beginning, `wall` since 1970. */
export interface ChartAxis {
  readonly low: number;
  readonly high: number;
  readonly title?: string;
  /** Linear by default. */
  readonly scale?: 'linear' | 'log' | 'time' | 'wall';
  /** Ticks in place of round numbers; `note` stands in a second row. */
  readonly ticks?: readonly { readonly value: number; readonly label: string; readonly note?: string }[];
  /** Pixels at both ends that stay free for wide markers; 0 by default. */
  readonly inset?: number;
}

/** Style of the marker at a point. */
export interface Marker {
  readonly filled: boolean;
  /** Circle by default. */
  readonly shape?: MarkerShape;
  /** In CSS pixels; 3 by default. */
  readonly radius?: number;
  readonly title?: string;
}

export type MarkerShape = 'circle' | 'square' | 'triangle';

/** A line through (at, values); what is no number breaks it. */
export interface Line {
  readonly name: string;
  readonly color: string;
  readonly at: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Stop of each point, such as its step; its position by default. */
  readonly stops?: ArrayLike<number>;
  /** Text at the end of the line; the name by default. */
  readonly label?: string;
  /** Values behind the line, such as those before smoothing. */
  readonly raw?: ArrayLike<number>;
  /** Run that the line belongs to. */
  readonly run?: string;
  /** Value of `stroke-dasharray`. */
  readonly dash?: string;
  /** One of many, in the background and without a name. */
  readonly faint?: boolean;
  /** True if the values are bars that stand on those of the stacked lines before. */
  readonly stacked?: boolean;
  /** Category whose colour and mark fill the bars; the colour of the line by default. */
  readonly category?: CategoryColor;
  /** True if stacked bars are pale, as others are in question. */
  readonly pale?: boolean;
  /** True if only the markers are drawn. */
  readonly unjoined?: boolean;
  /** Marker of a point, by its index in the line. */
  readonly marker?: (i: number) => Marker;
}

/** Area between two lines of finite numbers. */
export interface Band {
  readonly color: string;
  readonly at: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/**
 * Column of a picture behind the lines.
 * It shows values from the lower to the upper end of y at one stop.
 */
export interface PictureColumn {
  readonly stop: number;
  /** URL of an image one pixel wide. */
  readonly url: string;
}

/** Columns behind the lines; `grid` has the stops that share the width among them. */
export interface ChartPicture {
  readonly grid: readonly number[];
  readonly columns: readonly PictureColumn[];
}

/** Stop of the selection, in the colour of the accent or of a run. */
export interface Now {
  readonly stop: number;
  readonly color?: string;
  /** Run whose line gives the position. */
  readonly run?: string;
}

/** Lines over steps, times or frequencies. */
export interface LineChartModel {
  /** Accessible description of the chart. */
  readonly label: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly Line[];
  readonly bands?: readonly Band[];
  readonly picture?: ChartPicture;
  /** Ranges of y under a shade, as what is outside a band of frequencies. */
  readonly shades?: readonly { readonly low: number; readonly high: number }[];
  /** Stops that can be reached, each at its own value of x; by default, of the lines. */
  readonly stops?: readonly number[];
  /** Name of a stop, such as its epoch. */
  readonly nameOf: (stop: number) => string;
  /** Format of a value; three significant digits by default. */
  readonly format?: (value: number) => string;
  readonly now: readonly Now[];
  /** A point that is marked, with its words. */
  readonly mark?: {
    readonly x: number;
    readonly y: number;
    readonly filled: boolean;
    readonly words: string;
    readonly color: string;
  } | null;
}

/** Name of a line at its end, in CSS pixels. */
export interface LineName {
  readonly text: string;
  readonly color: string;
  readonly top: number;
}

/** Geometry of a chart in CSS pixels. */
export interface LineLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** All stops of the lines, ascending. */
  readonly stops: readonly number[];
  readonly xTicks: NonNullable<ChartAxis['ticks']>;
  readonly names: readonly LineName[];
}

export const MARGIN = { left: 44, right: 10, top: 8, bottom: 18 };
/** Room for a title above or below. */
const TITLE = 12;
/** Most room for names, how wide a letter of them is, and how high a line. */
const [NAMES, LETTER, NAME_HEIGHT] = [104, 6.2, 12];
const [PIXELS_PER_TICK, PIXELS_PER_LEVEL] = [56, 32];
/** Half the width of the only column of a picture. */
const SINGLE_COLUMN = 8;

const labelOf = ({ faint, stacked, label, name }: Line) => (faint || stacked ? '' : (label ?? name));

/**
 * Layout of a line chart.
 * Names stand to the right of the lines if they leave more than half of the width.
 */
export function layoutLines(chart: LineChartModel, width: number, height: number): LineLayout {
  const longest = Math.max(0, ...chart.lines.map((line) => labelOf(line).length));
  const room = longest && Math.min(NAMES, longest * LETTER + 14);
  const named = room > 0 && width > 2.2 * room + MARGIN.left;
  const left = MARGIN.left;
  const right = Math.max(left + 20, width - (named ? room : MARGIN.right));
  const top = MARGIN.top + (chart.y.title ? TITLE : 0);
  const notes = chart.x.ticks?.some(({ note }) => note !== undefined);
  const bottom = Math.max(top + 1, height - MARGIN.bottom - (chart.x.title ? TITLE : 0) - (notes ? TITLE : 0));
  const inset = chart.x.inset ?? 0;
  const x = scaleOf(chart.x, left + inset, right - inset, Math.max(1, (right - left) / PIXELS_PER_TICK));
  const y = scaleOf(chart.y, bottom, top, Math.max(4, (bottom - top) / PIXELS_PER_LEVEL));
  const stops = chart.stops ?? stopsOf(chart.lines);
  return {
    ...{ x, y, left, right, top, bottom, stops },
    xTicks: ticksOf(chart, x, stops),
    names: named ? namesOf(chart.lines, y, top, bottom, Math.ceil((room - 14) / LETTER)) : [],
  };
}

function scaleOf({ low, high, scale }: ChartAxis, from: number, to: number, count: number): Scale {
  if (scale === 'log') return logScale(low, high, from, to);
  if (scale === 'time' || scale === 'wall') return timeScale(low, high, from, to, scale === 'wall');
  return linearScale(low, high, from, to, count);
}

/** Steps are whole; one alone has its name. */
function ticksOf({ x: axis, nameOf }: LineChartModel, x: Scale, stops: readonly number[]): LineLayout['xTicks'] {
  if (axis.ticks) return axis.ticks;
  if (axis.scale === 'time' || axis.scale === 'wall') return x.ticks;
  if (!(x.high > x.low)) return stops.slice(0, 1).map((value) => ({ value, label: nameOf(value) }));
  if (!stops.every(Number.isInteger)) return x.ticks;
  return x.ticks
    .filter(({ value }) => Math.abs(value - Math.round(value)) < 1e-6)
    .map(({ value, label }) => ({ value, label: label.replace(/\.0+$/, '') }));
}

function namesOf(lines: readonly Line[], y: Scale, top: number, bottom: number, letters: number): LineName[] {
  const named = lines.filter((line) => labelOf(line) && lastKnown(line.values) >= 0);
  const heights = spread(
    named.map(({ values }) => y.at(values[lastKnown(values)]) + 4),
    NAME_HEIGHT,
    top + 6,
    bottom,
  );
  return named.map((line, i) => ({ text: shorten(labelOf(line), letters), color: line.color, top: heights[i] }));
}

const shorten = (text: string, letters: number) =>
  text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;

/** All stops of the lines, ascending. */
export const stopsOf = (lines: readonly Line[]): number[] =>
  [...new Set(lines.flatMap(({ stops, at }) => Array.from(stops ?? at)))].sort((a, b) => a - b);

/** Index of a stop in a line; -1 if it has no point there. */
export const indexOf = ({ stops, at }: Line, stop: number): number => Array.prototype.indexOf.call(stops ?? at, stop);

/**
 * Position of a stop along x, on the line of a run if it has it.
 * Null if the stop is outside the chart.
 */
export function positionOf({ lines, x, stops: all }: LineChartModel, stop: number, run?: string): number | null {
  if (all) return all.includes(stop) ? stop : null;
  const has = (line: Line) => indexOf(line, stop) >= 0;
  const line = (run === undefined ? undefined : lines.find((one) => one.run === run && has(one))) ?? lines.find(has);
  if (line) return line.at[indexOf(line, stop)];
  return lines.some(({ stops }) => stops) || stop < x.low || stop > x.high ? null : stop;
}

/** Stop of the point nearest to a pixel along x; null if there is none. */
export function stopNear({ lines, stops: all }: LineChartModel, { x }: LineLayout, pixel: number): number | null {
  const target = x.valueAt(pixel);
  if (all) return all[nearest(all, target)] ?? null;
  let best: { readonly stop: number; readonly far: number } | null = null;
  for (const { at, stops } of lines) {
    const i = nearest(at, target);
    const far = i < 0 ? Infinity : Math.abs(at[i] - target);
    if (far < (best?.far ?? Infinity)) best = { stop: (stops ?? at)[i], far };
  }
  return best && best.stop;
}

/** Values of the named lines at a stop. */
export const valuesAt = ({ lines }: LineChartModel, stop: number) =>
  lines.flatMap((line) => {
    const i = line.faint ? -1 : indexOf(line, stop);
    return i < 0 ? [] : [{ line, at: line.at[i], value: line.values[i] }];
  });

/** Left and right edge of each column of a picture, in CSS pixels inside the chart. */
export function columnsOf({ grid, columns }: ChartPicture, { x, left, right }: LineLayout) {
  const edges = new Map(edgesOf(grid.map(x.at), SINGLE_COLUMN).map((edge, i) => [grid[i], edge]));
  return columns.flatMap((column) => {
    const [from, to] = edges.get(column.stop) ?? [0, 0];
    const [start, end] = [Math.max(left, from), Math.min(right, to)];
    return end > start ? [{ ...column, start, width: end - start }] : [];
  });
}

/** Axis of stacked bars at these steps, in order, with half a bar at both ends. */
export function stackedAxis(steps: readonly number[], title: string, nameOf: (step: number) => string): ChartAxis {
  const half = steps.length > 1 ? Math.min(...steps.slice(1).map((step, i) => step - steps[i])) / 2 : 0.5;
  const ticks = steps.length === 1 ? { ticks: [{ value: steps[0], label: nameOf(steps[0]) }] } : {};
  return { title, low: (steps[0] ?? 0) - half, high: (steps.at(-1) ?? 0) + half, ...ticks };
}

/** Bar of a stacked line at one stop, in CSS pixels. */
export interface StackedBar {
  readonly line: Line;
  readonly stop: number;
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/**
 * Bars of the stacked lines, each on those of the lines before.
 * The lines have the same positions; a value that is no number is no bar.
 */
export function barsOf(lines: readonly Line[], { x, y, left, right }: LineLayout): StackedBar[] {
  const stacked = lines.filter((line) => line.stacked);
  if (!stacked.length) return [];
  const { at, stops } = stacked[0];
  const edges = edgesOf(Array.from(at, x.at), SINGLE_COLUMN);
  return edges.flatMap(([from, to], i) => {
    const [start, end] = [Math.max(left, from), Math.min(right, to)];
    const gap = end - start > 4 ? 1 : 0;
    let base = 0;
    return stacked.flatMap((line) => {
      const value = line.values[i];
      if (!(value > 0)) return [];
      base += value;
      const top = y.at(base);
      const height = y.at(base - value) - top;
      return [{ line, stop: (stops ?? at)[i], left: start, width: Math.max(0.2, end - start - gap), top, height }];
    });
  });
}
