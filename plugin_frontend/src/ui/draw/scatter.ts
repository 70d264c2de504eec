import { rule, type Sheet } from './axes-canvas.ts';
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

/** A dot for each unit; where either value is no number there is none. */
export interface Scatter {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly across: Axis;
  readonly up: Axis;
  /** 1 where a unit is drawn as a cross. */
  readonly crossed?: Uint8Array;
  /** Guide line: the sum is 1, both are equal, or the change is zero. */
  readonly guide: 'sum' | 'equal' | 'zero';
  /** Colour and shape of dots that are not grey, and the units of further recordings. */
  readonly color?: string;
  readonly over?: readonly Cloud[];
  /** Drawn across the picture, such as medians. */
  readonly at?: { readonly x: number | null; readonly y: number | null };
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

/** Scales of a plot of this size, in CSS pixels. */
export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [34, 8, 20, 34];

function scaleOf({ low, high, log }: Axis, from: number, to: number, count: number): Scale {
  if (!log) return linearScale(low, high, from, to, count);
  const scale = logScale(low, high, from, to);
  return { ...scale, at: (value) => scale.at(Math.min(value, high)) };
}

export function frameOf({ across, up }: Scatter, width: number, height: number): Frame {
  const [right, bottom] = [Math.max(LEFT + 1, width - RIGHT), Math.max(TOP + 1, height - BOTTOM)];
  return {
    x: scaleOf(across, LEFT, right, Math.max(2, (right - LEFT) / 48)),
    y: scaleOf(up, bottom, TOP, Math.max(2, (bottom - TOP) / 36)),
  };
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Position of a unit's dot; null if it has none. */
export function spotOf({ x, y }: Scatter, frame: Frame, unit: number): Spot | null {
  const spot = { x: frame.x.at(x[unit]), y: frame.y.at(y[unit]) };
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

/** Axes and dots; the first of the units chosen is ringed more. */
export function paintScatter(surface: Sheet, scatter: Scatter, chosen: readonly number[], colors: Palette): void {
  const frame = frameOf(scatter, surface.width, surface.height);
  paintAxes(surface, scatter, frame, colors);
  paintGuide(surface, scatter, frame, colors);
  for (const cloud of scatter.over ?? []) paintCloud(surface, cloud, frame);
  paintDots(surface, scatter, frame, colors);
  chosen.forEach((unit, i) => {
    const spot = spotOf(scatter, frame, unit);
    if (spot) ring(surface, spot, colors.series[i % colors.series.length], colors.page, i ? 4.5 : 6);
  });
}

export function paintHover(surface: Sheet, scatter: Scatter, unit: number, colors: Palette): void {
  const spot = spotOf(scatter, frameOf(scatter, surface.width, surface.height), unit);
  if (spot) ring(surface, spot, colors.ink, colors.page, 8);
}

function paintAxes(surface: Sheet, { across, up }: Scatter, { x, y }: Frame, colors: Palette): void {
  const { context, width, height } = surface;
  context.fillStyle = colors.muted;
  context.textAlign = 'left';
  context.fillText(up.title, 0, 7);
  context.textAlign = 'center';
  context.fillText(across.title, (LEFT + width - RIGHT) / 2, height - 7);
  context.textAlign = 'right';
  for (const { value, label } of y.ticks) {
    rule(surface, LEFT, y.at(value), width - RIGHT, y.at(value), colors.line);
    context.fillStyle = colors.muted;
    context.fillText(label, LEFT - 4, y.at(value));
  }
  context.textAlign = 'center';
  for (const { value, label } of x.ticks) {
    rule(surface, x.at(value), TOP, x.at(value), height - BOTTOM, colors.line);
    context.fillStyle = colors.muted;
    context.fillText(label, Math.min(x.at(value), width - context.measureText(label).width / 2), height - BOTTOM + 10);
  }
}

function paintGuide({ context, width, height }: Sheet, { guide, at }: Scatter, { x, y }: Frame, colors: Palette): void {
  const line = (x0: number, y0: number, x1: number, y1: number) => {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  };
  const across = (value: number) => line(LEFT, y.at(value), width - RIGHT, y.at(value));
  const upright = (value: number) => line(x.at(value), TOP, x.at(value), height - BOTTOM);
  context.lineWidth = 1;
  context.strokeStyle = colors.muted;
  context.beginPath();
  if (guide === 'sum') line(x.at(0), y.at(1), x.at(1), y.at(0));
  if (guide === 'zero') {
    across(0);
    upright(0);
  }
  const [low, high] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
  if (guide === 'equal' && high > low) line(x.at(low), y.at(low), x.at(high), y.at(high));
  context.stroke();
  context.strokeStyle = colors.ink;
  context.setLineDash([2, 3]);
  context.beginPath();
  if (at?.x != null) upright(at.x);
  if (at?.y != null) across(at.y);
  context.stroke();
  context.setLineDash([]);
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

function ring({ context }: Sheet, { x, y }: Spot, color: string, ground: string, radius: number): void {
  for (const [width, stroke] of [
    [4, ground],
    [2, color],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = stroke;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, 2, 0, 2 * Math.PI);
  context.fill();
}
