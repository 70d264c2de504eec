import { rule, type Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { paintBands, type Band, type Columns } from './heatmap.ts';
import { paintAxis } from './heatmap-axis.ts';
import { paintBars } from './heatmap-bars.ts';
import { placeLeft, rowTop, visiblePlaces, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { paintRowLabels } from './heatmap-labels.ts';
import { unitOfRow, type FrequencyAxis, type Picture } from './heatmap-picture.ts';

export function paintHeatmap(sheet: Sheet, picture: Picture, layout: Layout, scroll: Scroll, colors: Palette): void {
  paintCells(sheet, picture, layout, scroll);
  paintRowLabels(sheet, picture, layout, scroll, colors);
  if (layout.bars && picture.bars) paintBars(sheet, picture, layout, scroll, colors);
  if (picture.axis.kind === 'tokens') paintStarts(sheet, picture.axis.starts, layout, scroll, colors);
  else paintBand(sheet, picture, picture.axis, layout, scroll, colors);
  paintAxis(sheet, picture.axis, layout, scroll, colors);
  for (const y of layout.separators) rule(sheet, 0, y, sheet.width, y, colors.line);
  if (layout.pinned.length && layout.rows) rule(sheet, 0, layout.top - 2, sheet.width, layout.top - 2, colors.muted);
}

function paintCells({ context, ratio }: Sheet, picture: Picture, layout: Layout, scroll: Scroll): void {
  const columns: Columns = {
    order: picture.order,
    count: layout.columns,
    first: scroll.left / layout.columnWidth,
    perPixel: 1 / (layout.columnWidth * ratio),
  };
  const left = Math.round(layout.left * ratio);
  const width = Math.max(1, Math.round(layout.right * ratio) - left);
  const paint = (top: number, bottom: number, bands: Iterable<Band>) => {
    const from = Math.round(top * ratio);
    const height = Math.round(bottom * ratio) - from;
    if (height < 1) return;
    const image = context.createImageData(width, height);
    paintBands({ words: new Uint32Array(image.data.buffer), width, height }, bands, columns, picture.shades);
    context.putImageData(image, left, from);
  };
  const band = (unit: number, top: number, bottom: number, from: number): Band => ({
    values: picture.values(unit),
    top: Math.round(top * ratio) - from,
    bottom: Math.round(bottom * ratio) - from,
  });
  if (layout.pinned.length) {
    const end = layout.pinned[layout.pinned.length - 1].bottom;
    paint(0, end, layout.pinned.map((row) => band(row.unit, row.top, row.bottom, 0)));
  }
  const [first, end] = visibleRows(layout, scroll);
  const from = Math.round(layout.top * ratio);
  paint(layout.top, layout.bottom, (function* () {
    for (let r = first; r < end; r++) {
      const y = rowTop(layout, scroll, r);
      yield band(unitOfRow(picture, r), y, y + layout.rowHeight, from);
    }
  })());
}

function paintStarts(sheet: Sheet, starts: readonly number[], layout: Layout, scroll: Scroll, colors: Palette): void {
  const [first, end] = visiblePlaces(layout, scroll);
  const shown = starts.filter((place) => place > 0 && place >= first && place < end);
  if (shown.length > (layout.right - layout.left) / 12) return;
  for (const place of shown) {
    const x = placeLeft(layout, scroll, place);
    rule(sheet, x, layout.top, x, layout.bottom + 4, colors.ink);
  }
}

/** Frequencies outside the band are dimmed; the peak inside stands as a ring on its cell. */
function paintBand({ context }: Sheet, picture: Picture, axis: FrequencyAxis, layout: Layout, scroll: Scroll, colors: Palette): void {
  const x = (f: number) => Math.max(layout.left, Math.min(layout.right, placeLeft(layout, scroll, axis.place(f))));
  const [low, high] = axis.band;
  context.save();
  context.beginPath();
  context.rect(layout.left, 0, layout.right - layout.left, layout.bottom);
  context.clip();
  context.fillStyle = colors.page;
  context.globalAlpha = 0.75;
  if (low > 0) context.fillRect(layout.left, 0, x(low) - layout.left, layout.bottom);
  if (high < 0.5) context.fillRect(x(high), 0, layout.right - x(high), layout.bottom);
  context.globalAlpha = 1;
  const mark = (unit: number, y: number, radius: number) => {
    const place = axis.peak(unit);
    if (place === null) return;
    context.beginPath();
    context.arc(placeLeft(layout, scroll, place + 0.5), y, radius, 0, 2 * Math.PI);
    context.fillStyle = colors.page;
    context.fill();
    context.strokeStyle = unit === picture.chosen ? colors.accent : colors.ink;
    context.lineWidth = radius > 2 ? 1.5 : 1;
    context.stroke();
  };
  for (const { unit, top, bottom } of layout.pinned) mark(unit, (top + bottom) / 2, 3);
  context.beginPath();
  context.rect(layout.left, layout.top, layout.right - layout.left, layout.bottom - layout.top);
  context.clip();
  if (layout.rowHeight >= 4) {
    const [first, end] = visibleRows(layout, scroll);
    for (let r = first; r < end; r++) mark(unitOfRow(picture, r), rowTop(layout, scroll, r) + layout.rowHeight / 2, Math.min(3, layout.rowHeight / 3));
  }
  context.restore();
}
