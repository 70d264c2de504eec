import { clipText, rule, type Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { hatchPattern } from './hatch.ts';
import { linearScale } from './plot-scale.ts';
import {
  columnAt,
  columnsOf,
  envelopeColumns,
  isEnvelope,
  linePoints,
  stepsOfPixel,
  type PixelGrid,
  type SampledSeries,
  type StepWindow,
} from './sampled-series.ts';
import type { Band, BandLayout, BandLine, LineBand, MarkBand, RibbonBand } from './signal-bands.ts';

/** Pixels beside the bands: names and scales at the left, a margin at the right. */
export const GUTTER = 112;
export const MARGIN = 12;
const NAME_ROOM = 74;
const SHADE = 0.16;

/** Area of the bands in a sheet; its left edge is that of a device pixel. */
interface Area {
  readonly sheet: Sheet;
  readonly view: StepWindow;
  readonly left: number;
  readonly width: number;
  readonly colors: Palette;
}

/** Columns of device pixels, from the left edge of the plot. */
export interface ColumnRange {
  readonly from: number;
  readonly to: number;
}

const plotLeft = ({ ratio }: Sheet): number => Math.round(GUTTER * ratio) / ratio;

/** Columns of device pixels between the gutter and the margin. */
export const plotColumns = ({ width, ratio }: Pick<Sheet, 'width' | 'ratio'>): number =>
  Math.round(Math.max(1, width - GUTTER - MARGIN) * ratio);

/** Paints bands over a window of steps. */
export function paintBands(
  sheet: Sheet,
  bands: readonly Band[],
  layout: BandLayout,
  view: StepWindow,
  colors: Palette,
): void {
  const area = { sheet, view, left: plotLeft(sheet), width: plotColumns(sheet) / sheet.ratio, colors };
  const { context } = sheet;
  context.fillStyle = colors.page;
  context.fillRect(0, 0, sheet.width, sheet.height);
  paintPlot(area, bands, layout);
  bands.forEach((band, i) => {
    if (band.kind === 'lines') paintScale(area, band, layout.tops[i], layout.heights[i]);
    paintName(area, band, layout.tops[i], layout.heights[i]);
  });
  paintLegends(sheet, bands, layout, colors);
}

/** Paints some columns of bands anew, and the legends above them. */
export function paintColumns(
  sheet: Sheet,
  bands: readonly Band[],
  layout: BandLayout,
  grid: PixelGrid,
  colors: Palette,
  ranges: readonly ColumnRange[],
): void {
  const { context, ratio, height } = sheet;
  for (const { from, to } of ranges) {
    const [left, width] = [plotLeft(sheet) + from / ratio, (to - from) / ratio];
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height);
    context.clip();
    context.fillStyle = colors.page;
    context.fillRect(left, 0, width, height);
    paintPlot({ sheet, view: columnsOf(grid, from, to), left, width, colors }, bands, layout);
    context.restore();
  }
  paintLegends(sheet, bands, layout, colors);
}

function paintPlot(area: Area, bands: readonly Band[], { tops, heights }: BandLayout): void {
  const lines = bands.flatMap((band, i) => (band.kind === 'lines' ? [i] : []));
  const bottom = lines.length ? tops[lines.at(-1)!] + heights[lines.at(-1)!] : 0;
  for (const band of bands) if (band.kind === 'marks' && band.isShaded) shade(area, band, tops[0] ?? 0, bottom);
  bands.forEach((band, i) => {
    if (band.kind === 'lines') paintLines(area, band, tops[i], heights[i]);
    else if (band.kind === 'ribbon') paintRibbon(area, band, tops[i], heights[i]);
    else paintMarks(area, band, tops[i], heights[i]);
  });
}

/** Paints ticks of the steps, in the unit that a label is in. */
export function paintStepAxis(
  sheet: Sheet,
  view: StepWindow,
  { stepsPerUnit, unit }: { readonly stepsPerUnit: number; readonly unit: string },
  colors: Palette,
): void {
  const { context, width } = sheet;
  context.fillStyle = colors.page;
  context.fillRect(0, 0, width, sheet.height);
  const right = width - MARGIN;
  // A step is drawn at its middle, at which its time is.
  const [low, high] = [(view.first - 0.5) / stepsPerUnit, (view.end - 0.5) / stepsPerUnit];
  const scale = linearScale(low, high, GUTTER, right, Math.max(2, Math.floor((right - GUTTER) / 90)));
  rule(sheet, GUTTER, 0, right, 0, colors.muted);
  context.fillStyle = colors.muted;
  context.textAlign = 'right';
  context.fillText(unit, GUTTER - 10, 11);
  for (const { value, label } of scale.ticks) {
    const x = scale.at(value);
    rule(sheet, x, 0, x, 4, colors.muted);
    context.fillStyle = colors.muted;
    context.textAlign = x > right - 16 ? 'right' : 'center';
    context.fillText(label, x, 12);
  }
}

function paintName({ sheet: { context }, colors }: Area, { name, kind }: Band, top: number, height: number): void {
  context.textAlign = 'left';
  context.fillStyle = kind === 'lines' ? colors.ink : colors.muted;
  const room = kind === 'lines' ? NAME_ROOM : GUTTER - 14;
  context.fillText(clipText(context, name, room), 8, kind === 'lines' ? top + 8 : top + height / 2);
}

const scaleOf = ({ low, high }: LineBand, top: number, height: number) =>
  linearScale(low, high, top + height, top, height < 60 ? 1 : 3);

/** Ticks of a band, left of the plot. */
function paintScale({ sheet, left, colors }: Area, band: LineBand, top: number, height: number): void {
  const { context } = sheet;
  const scale = scaleOf(band, top, height);
  context.textAlign = 'right';
  for (const { value, label } of scale.ticks) {
    const y = scale.at(value);
    if (y < top + 3 || y > top + height - 3) continue;
    rule(sheet, left - 3, y, left, y, colors.muted);
    context.fillStyle = colors.muted;
    context.fillText(label, left - 6, y);
  }
}

function paintLines(area: Area, band: LineBand, top: number, height: number): void {
  const { sheet, view, left, width, colors } = area;
  const { context, ratio } = sheet;
  const scale = scaleOf(band, top, height);
  rule(sheet, left, top + height, left + width, top + height, colors.line);
  if (band.hasZero && band.low < 0 && band.high > 0)
    rule(sheet, left, scale.at(0), left + width, scale.at(0), colors.line);
  context.save();
  context.beginPath();
  context.rect(left, top - 1, width, height + 2);
  context.clip();
  context.lineJoin = 'bevel';
  const columns = Math.round(width * ratio);
  for (const line of band.lines) {
    const { series, color, width: stroke, dash } = line;
    if (isEnvelope(view, columns)) {
      fillEnvelope(area, line, envelopeColumns(series, view, columns), scale.at);
      continue;
    }
    const points = linePoints(series, view, columns);
    context.strokeStyle = color;
    context.lineWidth = stroke;
    context.setLineDash([...dash]);
    strokePoints(context, points, (x) => left + x / ratio, scale.at);
  }
  context.restore();
}

/**
 * Fills one rectangle of whole device pixels for each column of an envelope.
 * A stroked path would turn twice in every pixel, which takes a rasteriser many times as long.
 */
function fillEnvelope(
  { sheet: { context, ratio }, left, view }: Area,
  { color, width, dash }: BandLine,
  columns: Float32Array,
  yOf: (value: number) => number,
): void {
  const snap = (y: number) => Math.round(y * ratio) / ratio;
  const origin = Math.round(left * ratio);
  const [on, period] = [dash[0] ?? 0, dash.reduce((sum, part) => sum + part, 0)];
  const least = Math.max(1, Math.round(width * ratio)) / ratio;
  // Dashes move with the columns.
  const begin = columnAt(view);
  context.fillStyle = color;
  for (let pixel = 0; 2 * pixel < columns.length; pixel++) {
    const low = columns[2 * pixel];
    if (Number.isNaN(low) || (period && ((begin + pixel) / ratio) % period >= on)) continue;
    const top = snap(yOf(columns[2 * pixel + 1]) - least / 2);
    context.fillRect((origin + pixel) / ratio, top, 1 / ratio, Math.max(least, snap(yOf(low) + least / 2) - top));
  }
}

/** Strokes stretches of points; a point without neighbours is a dot. */
function strokePoints(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  xOf: (x: number) => number,
  yOf: (value: number) => number,
): void {
  context.beginPath();
  let isOpen = false;
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i])) {
      isOpen = false;
      continue;
    }
    const [x, y] = [xOf(points[i]), yOf(points[i + 1])];
    const isAlone = !isOpen && (i + 2 >= points.length || Number.isNaN(points[i + 2]));
    if (isAlone) {
      context.moveTo(x - 0.75, y);
      context.lineTo(x + 0.75, y);
    } else if (isOpen) context.lineTo(x, y);
    else context.moveTo(x, y);
    isOpen = true;
  }
  context.stroke();
}

/** Pixels that the legend of a band takes. */
function legendWidth({ context }: Sheet, { lines }: LineBand): number {
  const widths = lines.flatMap(({ name }) => (name ? [context.measureText(name).width] : []));
  return widths.reduce((sum, width) => sum + width + 12, 0);
}

/** Widest legends at the left and at the right edge, in pixels. */
export function legendWidths(sheet: Sheet, bands: readonly Band[]): readonly [left: number, right: number] {
  const widest = (isLeft: boolean) =>
    Math.max(
      0,
      ...bands.flatMap((band) =>
        band.kind === 'lines' && (band.hasLegendLeft ?? false) === isLeft ? [legendWidth(sheet, band)] : [],
      ),
    );
  return [widest(true), widest(false)];
}

function paintLegends(sheet: Sheet, bands: readonly Band[], { tops }: BandLayout, colors: Palette): void {
  bands.forEach((band, i) => {
    if (band.kind === 'lines') paintLegend(sheet, band, tops[i], colors);
  });
}

/** Names of the lines of a band at its right, from right to left; or at its left. */
function paintLegend(sheet: Sheet, band: LineBand, top: number, colors: Palette): void {
  const { context } = sheet;
  const left = plotLeft(sheet);
  let pen = sheet.width - MARGIN - 4;
  if (band.hasLegendLeft) pen = left + legendWidth(sheet, band) - 8;
  context.textAlign = 'right';
  for (const { name, color } of [...band.lines].reverse()) {
    if (!name) continue;
    const width = context.measureText(name).width;
    if (pen - width < left) return;
    context.fillStyle = colors.page;
    context.globalAlpha = 0.75;
    context.fillRect(pen - width - 3, top, width + 6, 14);
    context.globalAlpha = 1;
    context.fillStyle = color;
    context.fillText(name, pen, top + 7);
    pen -= width + 12;
  }
}

/** Fills stretches of pixel columns that have the same key; `null` is left out. */
function fillColumns(
  { sheet: { context, ratio }, view, left, width }: Area,
  series: SampledSeries,
  top: number,
  height: number,
  fillOf: (from: number, to: number) => string | CanvasPattern | null,
): void {
  const columns = Math.round(width * ratio);
  let start = 0;
  let fill = series.length ? fillOf(...stepsOfPixel(view, columns, 0, series.length)) : null;
  for (let pixel = 1; pixel <= columns; pixel++) {
    const next = pixel < columns && series.length ? fillOf(...stepsOfPixel(view, columns, pixel, series.length)) : null;
    if (next === fill && pixel < columns) continue;
    if (fill !== null) {
      context.fillStyle = fill;
      context.fillRect(left + start / ratio, top, (pixel - start) / ratio, height);
    }
    [start, fill] = [pixel, next];
  }
}

function paintRibbon(area: Area, { series, colors, end }: RibbonBand, top: number, height: number): void {
  const hatch = hatchPattern(area.sheet.context, colors);
  fillColumns(area, series, top, height, (from, to) => {
    if (from >= end) return null;
    const color = colors.index(series.mean(from, Math.min(to, end)));
    return color < 0 ? hatch : colors.css[color];
  });
}

/** True if a step counts from `from` to before `to`; null if none is known. */
function isMarked(series: SampledSeries, from: number, to: number): boolean | null {
  const extent = series.extent(from, to);
  return extent && extent.high > 0;
}

function paintMarks(area: Area, { series, color }: MarkBand, top: number, height: number): void {
  const { sheet, left, width, colors } = area;
  rule(sheet, left, top + height, left + width, top + height, colors.line);
  fillColumns(area, series, top + 2, height - 2, (from, to) => (isMarked(series, from, to) ? color : null));
}

function shade(area: Area, { series, color }: MarkBand, top: number, bottom: number): void {
  area.sheet.context.globalAlpha = SHADE;
  fillColumns(area, series, top, bottom - top, (from, to) => (isMarked(series, from, to) ? color : null));
  area.sheet.context.globalAlpha = 1;
}
