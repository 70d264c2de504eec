import { rule, type Sheet } from './axes-canvas.ts';
import { niceStep, tickLabel, ticks, type Palette } from './axes.ts';
import type { Marked } from './heatmap-picture.ts';
import { paintPeak } from './peak-mark.ts';
import { linearScale } from './plot-scale.ts';
import type { FrequencyUnit } from '../../state/signal-time.ts';
import { NYQUIST, type BandLimits, type BandPeak } from './spectrum.ts';

/** The spectrum of one unit in one recording. */
export interface Line {
  readonly values: Float32Array;
  readonly frequency: Float32Array;
  readonly color: string;
  /** Lengths of dashes and gaps; none for a whole line. */
  readonly dash: readonly number[];
  readonly name: string;
  readonly peak: (BandPeak & Marked) | null;
}

export interface Chart {
  /** The most important first: it lies on top. */
  readonly lines: readonly Line[];
  readonly band: BandLimits;
  /** Amplitude at the upper edge. */
  readonly limit: number;
  /** True if it goes as far below 0. */
  readonly signed: boolean;
  /** Frequency under the pointer. */
  readonly hover: number | null;
  /** Steps per unit of time, for a second axis; null without a rate. */
  readonly rate: FrequencyUnit | null;
}

export interface ChartBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const GRIP = 9;
/** Height of the labels of a second axis. */
const SECOND_AXIS = 15;
const OVER = 1.04;

/** Box of the lines; a second axis takes room below them. */
export function chartBox(width: number, height: number, hasRate = false): ChartBox {
  const below = hasRate ? 20 + SECOND_AXIS : 20;
  return { left: 44, right: Math.max(45, width - 14), top: 8, bottom: Math.max(9, height - below) };
}

export const xOf = (box: ChartBox, frequency: number) => box.left + (frequency / NYQUIST) * (box.right - box.left);

/** Height of a value; 0 is at the lower edge, or in the middle for signed values. */
export function yOf(box: ChartBox, { limit, signed }: Pick<Chart, 'limit' | 'signed'>, value: number): number {
  const share = Math.max(signed ? -OVER : 0, Math.min(OVER, value / (limit || 1)));
  return box.bottom - (signed ? (share + 1) / 2 : share) * (box.bottom - box.top);
}

export function frequencyAt(box: ChartBox, x: number): number {
  return Math.max(0, Math.min(NYQUIST, ((x - box.left) / (box.right - box.left)) * NYQUIST));
}

/**
 * Handle of the band within reach of `x`.
 * If both are, the one that can move towards `x`.
 */
export function handleAt(box: ChartBox, band: BandLimits, x: number): keyof BandLimits | null {
  const low = Math.abs(xOf(box, band.low) - x);
  const high = Math.abs(xOf(box, band.high) - x);
  if (Math.min(low, high) > GRIP) return null;
  if (low === high) return x < xOf(box, band.low) || band.high >= NYQUIST ? 'low' : 'high';
  return low < high ? 'low' : 'high';
}

/** Paints axes, lines and the band; the band has grips if `isInteractive`. */
export function paintChart(surface: Sheet, chart: Chart, colors: Palette, isInteractive = true): void {
  const box = chartBox(surface.width, surface.height, chart.rate !== null);
  const { context } = surface;
  const y = (value: number) => yOf(box, chart, value);
  paintFrame(surface, box, chart, y, colors);
  if (chart.rate) paintSecondAxis(surface, box, chart.rate, colors);
  for (const line of [...chart.lines].reverse()) paintLine(context, box, line, y);
  paintBand(surface, box, chart.band, colors, isInteractive);
  for (const { peak, color } of [...chart.lines].reverse())
    if (peak) paintPeak(context, xOf(box, peak.frequency), y(peak.amplitude), 4, peak.stands, color, colors);
  if (!chart.lines.some(({ values }) => values.some(Number.isFinite))) {
    context.fillStyle = colors.muted;
    context.textAlign = 'center';
    context.fillText('no spectrum: nothing finite', (box.left + box.right) / 2, (box.top + box.bottom) / 2);
  }
  if (chart.hover !== null)
    rule(surface, xOf(box, chart.hover), box.top, xOf(box, chart.hover), box.bottom, colors.ink);
}

function paintFrame(
  surface: Sheet,
  box: ChartBox,
  { limit, signed }: Chart,
  y: (value: number) => number,
  colors: Palette,
): void {
  const { context } = surface;
  context.textAlign = 'right';
  const count = Math.max(1, Math.floor((box.bottom - box.top) / 20));
  const reach = signed ? 2 * limit : limit;
  const step = limit > 0 ? niceStep(reach / count) : 1;
  for (const tick of ticks(signed ? -limit : 0, limit, count)) {
    rule(surface, box.left, y(tick), box.right, y(tick), colors.line);
    context.fillStyle = colors.muted;
    context.fillText(tickLabel(tick, step), box.left - 6, y(tick));
  }
  context.textAlign = 'center';
  for (const tick of ticks(0, NYQUIST, 5)) {
    const x = xOf(box, tick);
    rule(surface, x, box.bottom, x, box.bottom + 4, colors.muted);
    context.fillStyle = colors.muted;
    context.fillText(tickLabel(tick, 0.1), x, box.bottom + 11);
  }
  rule(surface, box.left, y(0), box.right, y(0), colors.muted);
}

/** Ticks in cycles per unit of time, under those in cycles per step. */
function paintSecondAxis(surface: Sheet, box: ChartBox, { rate, timeUnit }: FrequencyUnit, colors: Palette): void {
  const { context } = surface;
  const scale = linearScale(0, NYQUIST * rate, box.left, box.right, Math.max(2, (box.right - box.left) / 80));
  const name = `/ ${timeUnit}`;
  context.fillStyle = colors.muted;
  context.textAlign = 'left';
  context.fillText('/ step', 2, box.bottom + 11);
  context.fillText(name, 2, box.bottom + 11 + SECOND_AXIS);
  context.textAlign = 'center';
  for (const { value, label } of scale.ticks) {
    if (value > 0) context.fillText(label, scale.at(value), box.bottom + 11 + SECOND_AXIS);
  }
}

function paintLine(context: CanvasRenderingContext2D, box: ChartBox, line: Line, y: (value: number) => number): void {
  context.strokeStyle = line.color;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.setLineDash([...line.dash]);
  context.beginPath();
  let drawing = false;
  line.values.forEach((value, b) => {
    if (!Number.isFinite(value)) {
      drawing = false;
      return;
    }
    const x = xOf(box, line.frequency[b]);
    if (drawing) context.lineTo(x, y(value));
    else context.moveTo(x, y(value));
    drawing = true;
  });
  context.stroke();
  context.setLineDash([]);
  if (line.values.length !== 1 || !drawing) return;
  context.beginPath();
  context.arc(xOf(box, line.frequency[0]), y(line.values[0]), 3, 0, 2 * Math.PI);
  context.fillStyle = line.color;
  context.fill();
}

function paintBand(surface: Sheet, box: ChartBox, { low, high }: BandLimits, colors: Palette, hasGrips: boolean): void {
  const { context } = surface;
  context.globalAlpha = 0.72;
  context.fillStyle = colors.page;
  context.fillRect(box.left, box.top - 6, xOf(box, low) - box.left, box.bottom - box.top + 5);
  context.fillRect(xOf(box, high), box.top - 6, box.right - xOf(box, high), box.bottom - box.top + 5);
  context.globalAlpha = 1;
  if (!hasGrips) return;
  for (const end of [low, high]) {
    const x = xOf(box, end);
    rule(surface, x, box.top - 4, x, box.bottom, colors.muted);
    context.fillStyle = colors.muted;
    context.beginPath();
    context.roundRect(x - 3, (box.top + box.bottom) / 2 - 8, 6, 16, 2);
    context.fill();
  }
}
