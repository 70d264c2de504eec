import type { Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { linearScale, logScale, type Scale } from './plot-scale.ts';

/** The values along one axis. */
export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  /** By powers of ten; what is infinite stands at the end. */
  readonly log?: boolean;
}

/**
 * Points of a scatter plot, one per unit or finding.
 * Dots are painted on a canvas; points with a `mark` are drawn one by one, each a button of its own.
 */
export interface Scatter {
  /** Accessible description of the plot. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** A point without a finite value is missing; with a `rug` it is below the axis. */
  readonly y: ArrayLike<number>;
  readonly across: Axis;
  readonly up: Axis;
  /** 1 where a unit is drawn as a cross. */
  readonly crossed?: Uint8Array;
  /** Guide line for a sum of 1, equal values, or zero change; none by default. */
  readonly guide?: 'sum' | 'equal' | 'zero';
  /** Colour and shape of dots that are not grey, and the units of further recordings. */
  readonly color?: string;
  readonly over?: readonly Cloud[];
  /** Dashed lines, such as medians, with a title. */
  readonly at?: { readonly x: number | null; readonly y: number | null; readonly title?: string };
  /** Name of a point in tooltip and export. */
  nameOf(index: number): string;
  /** Mark of a point that is drawn on its own. */
  readonly mark?: (index: number) => ScatterMark;
  /** Pairs of points that a line joins. */
  readonly joins?: readonly (readonly [number, number])[];
  /** Texts in the corners of the plot. */
  readonly corners?: readonly { readonly text: string; readonly right: boolean; readonly top: boolean }[];
  /** Points without y are ticks below the axis; the text says what they are. */
  readonly rug?: string;
}

/** Look and name of a point that is drawn on its own. */
export interface ScatterMark {
  /** Accessible name. */
  readonly name: string;
  /** Text beside the point, as far as there is room. */
  readonly label: string;
  /** Labels of a higher rank are placed first. */
  readonly labelRank: number;
  /** Ends of an interval of y; one that is not finite reaches the end of the axis. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly shape: 'circle' | 'diamond';
  readonly filled: boolean;
  readonly faint: boolean;
  readonly hovered: boolean;
  readonly pressed: boolean;
  /** Colour of the ink by default. */
  readonly color?: string;
  /** Class of the point, such as its quadrant. */
  readonly group: string;
}

/** The same values of the units of another recording. */
export interface Cloud {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly color: string;
  /** Its place among the recordings: what the dots look like. */
  readonly series: number;
}

const REACH = 12;

/** Scales of a plot and the edges of the area inside its axes, in CSS pixels. */
export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [34, 14, 20, 34];
/** Height of the ticks of points without y. */
export const RUG = 10;

function scaleOf({ low, high, log }: Axis, from: number, to: number, count: number): Scale {
  if (!log) return linearScale(low, high, from, to, count);
  const scale = logScale(low, high, from, to);
  return { ...scale, at: (value) => scale.at(Math.min(value, high)) };
}

export function frameOf({ across, up, rug }: Scatter, width: number, height: number): Frame {
  const right = Math.max(LEFT + 1, width - RIGHT);
  const bottom = Math.max(TOP + 1, height - BOTTOM - (rug === undefined ? 0 : RUG));
  return {
    ...{ left: LEFT, right, top: TOP, bottom },
    x: scaleOf(across, LEFT, right, Math.max(2, (right - LEFT) / 48)),
    y: scaleOf(up, bottom, TOP, Math.max(2, (bottom - TOP) / 36)),
  };
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** True if a point has no y and is a tick below the axis. */
export const isInRug = ({ x, y, rug }: Scatter, index: number): boolean =>
  rug !== undefined && Number.isFinite(x[index]) && !Number.isFinite(y[index]);

/** Position of a unit's dot; null if it has none. */
export function spotOf(scatter: Scatter, frame: Frame, unit: number): Spot | null {
  const { x, y } = scatter;
  const top = isInRug(scatter, unit) ? frame.bottom + RUG / 2 : frame.y.at(y[unit]);
  const spot = { x: frame.x.at(x[unit]), y: top };
  return Number.isFinite(spot.x) && Number.isFinite(spot.y) ? spot : null;
}

/**
 * Unit with the nearest dot within reach.
 * Of several at one point it is the next one after `before`.
 */
export function unitAt(scatter: Scatter, frame: Frame, x: number, y: number, before = -1): number | null {
  let best: number | null = null;
  let least = REACH * REACH;
  for (let unit = 0; unit < scatter.x.length; unit++) {
    const dx = frame.x.at(scatter.x[unit]) - x;
    const dy = frame.y.at(scatter.y[unit]) - y;
    const far = dx * dx + dy * dy;
    if (far < least || (far === least && best !== null && best <= before && unit > before)) [best, least] = [unit, far];
  }
  return best;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * Nearest unit in a direction.
 * Units at the same point follow each other by number, to the right and up.
 */
export function unitBeside(scatter: Scatter, frame: Frame, from: number, direction: Direction): number | null {
  const forth = direction === 'right' || direction === 'up';
  const sign = forth ? 1 : -1;
  const { x, y } = scatter;
  for (let unit = from + sign; unit >= 0 && unit < x.length; unit += sign)
    if (x[unit] === x[from] && y[unit] === y[from]) return unit;
  const flat = direction === 'left' || direction === 'right';
  const start = spotOf(scatter, frame, from);
  let best: number | null = null;
  let least = Infinity;
  for (let unit = 0; unit < x.length; unit++) {
    const spot = spotOf(scatter, frame, unit);
    if (!spot || !start) continue;
    const ahead = sign * (flat ? spot.x - start.x : start.y - spot.y);
    const far = ahead + 3 * Math.abs(flat ? spot.y - start.y : spot.x - start.x);
    // Of several in one place, the one from which the walk goes on through the others.
    if (ahead > 1e-9 && (far < least || (far === least && !forth))) [best, least] = [unit, far];
  }
  return best;
}

/** Dots of further recordings, then of the first. */
export function paintScatter(surface: Sheet, scatter: Scatter, colors: Palette): void {
  const frame = frameOf(scatter, surface.width, surface.height);
  for (const cloud of scatter.over ?? []) paintCloud(surface, cloud, frame);
  paintDots(surface, scatter, frame, colors);
}

/** Many dots let each other shine through, so that crowds show. */
function paintDots({ context }: Sheet, { x, y, crossed, color }: Scatter, frame: Frame, colors: Palette): void {
  const n = x.length;
  const radius = n > 2000 ? 1.5 : n > 300 ? 2 : 2.5;
  const arm = radius + 0.5;
  context.globalAlpha = n > 2000 ? 0.35 : n > 300 ? 0.5 : 0.75;
  context.fillStyle = context.strokeStyle = color ?? colors.bar;
  context.lineWidth = 1.5;
  for (let unit = 0; unit < n; unit++) {
    const [left, top] = [frame.x.at(x[unit]), frame.y.at(y[unit])];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    context.beginPath();
    if (crossed?.[unit]) {
      context.moveTo(left - arm, top - arm);
      context.lineTo(left + arm, top + arm);
      context.moveTo(left - arm, top + arm);
      context.lineTo(left + arm, top - arm);
      context.stroke();
    } else {
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

/** SVG path of a dot: circle, square or triangle, so recordings differ in shape. */
export function dotPath(series: number, x: number, y: number, arm: number): string {
  if (series === 0) return `M${x - arm} ${y}a${arm} ${arm} 0 1 0 ${2 * arm} 0a${arm} ${arm} 0 1 0 ${-2 * arm} 0Z`;
  if (series % 2) return `M${x - arm} ${y - arm}h${2 * arm}v${2 * arm}h${-2 * arm}Z`;
  return `M${x} ${y - arm}L${x + arm} ${y + arm}H${x - arm}Z`;
}

function paintCloud({ context }: Sheet, { x, y, color, series }: Cloud, frame: Frame): void {
  const arm = x.length > 300 ? 2 : 2.5;
  context.globalAlpha = x.length > 300 ? 0.5 : 0.75;
  context.fillStyle = color;
  for (let unit = 0; unit < x.length; unit++) {
    const [left, top] = [frame.x.at(x[unit]), frame.y.at(y[unit])];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    context.fill(new Path2D(dotPath(series, left, top, arm)));
  }
  context.globalAlpha = 1;
}
