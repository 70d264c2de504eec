import { rule, type Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { paintBands, type Band } from './heatmap.ts';
import { FOLD, levelFor } from './heatmap-cells.ts';
import { paintAxis } from './heatmap-axis.ts';
import { paintBars } from './heatmap-bars.ts';
import { columnLeft, rowTop, visibleColumns, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { paintRowLabels } from './heatmap-labels.ts';
import { paintPeaks } from './heatmap-peaks.ts';
import { unitOfRow, type Picture } from './heatmap-picture.ts';
import { paintWords } from './heatmap-words.ts';

export function paintHeatmap(sheet: Sheet, picture: Picture, layout: Layout, scroll: Scroll, colors: Palette): void {
  paintCells(sheet, picture, layout, scroll);
  paintWords(sheet, picture, layout, scroll);
  paintRowLabels(sheet, picture, layout, scroll, colors);
  paintBars(sheet, picture, layout, scroll, colors);
  if (picture.axis.kind === 'tokens') paintStarts(sheet, picture.axis.starts, layout, scroll, colors);
  else paintPeaks(sheet, picture, picture.axis, layout, scroll, colors);
  paintAxis(sheet, picture.axis, layout, scroll, colors);
  for (const y of layout.separators) rule(sheet, 0, y, sheet.width, y, colors.line);
  if (layout.pinned.length && layout.rows) rule(sheet, 0, layout.top - 2, sheet.width, layout.top - 2, colors.muted);
}

function paintCells({ context, ratio }: Sheet, picture: Picture, layout: Layout, scroll: Scroll): void {
  const perPixel = 1 / (layout.columnWidth * ratio);
  const level = levelFor(perPixel);
  const share = FOLD ** level;
  const columns = {
    count: Math.ceil(layout.columns / share),
    first: scroll.left / layout.columnWidth / share,
    perPixel: perPixel / share,
  };
  const left = Math.round(layout.left * ratio);
  const width = Math.max(1, Math.round(layout.right * ratio) - left);
  const paint = (top: number, bottom: number, bands: Iterable<Band>) => {
    const from = Math.round(top * ratio);
    const height = Math.round(bottom * ratio) - from;
    if (height < 1) return;
    const image = context.createImageData(width, height);
    paintBands({ words: new Uint32Array(image.data.buffer), width, height }, bands, columns);
    context.putImageData(image, left, from);
  };
  const band = (units: readonly number[], top: number, bottom: number): Band => ({
    codes: units.map((unit) => picture.cells.codes(unit, level)),
    shades: picture.shades(units[0]),
    top,
    bottom,
  });
  if (layout.pinned.length) {
    const from = Math.round(layout.head * ratio);
    const end = layout.pinned[layout.pinned.length - 1].bottom;
    paint(
      layout.head,
      end,
      layout.pinned.map((row) =>
        band([row.unit], Math.round(row.top * ratio) - from, Math.round(row.bottom * ratio) - from),
      ),
    );
  }
  paint(
    layout.top,
    layout.bottom,
    listBands(layout, scroll, ratio, (rows, top, bottom) =>
      band(
        rows.map((row) => unitOfRow(picture, row)),
        top,
        bottom,
      ),
    ),
  );
}

/** Rows of the list by pixel row. Rows thinner than a pixel share it. */
function* listBands(
  layout: Layout,
  scroll: Scroll,
  ratio: number,
  band: (rows: number[], top: number, bottom: number) => Band,
): Generator<Band> {
  const [first, end] = visibleRows(layout, scroll);
  const from = Math.round(layout.top * ratio);
  const pixel = (row: number) => Math.round(rowTop(layout, scroll, row) * ratio) - from;
  let sharing: number[] = [];
  for (let row = first; row < end; row++) {
    sharing.push(row);
    const [top, bottom] = [pixel(sharing[0]), pixel(row + 1)];
    if (bottom <= top && row + 1 < end) continue;
    yield band(sharing, top, Math.max(bottom, top + 1));
    sharing = [];
  }
}

function paintStarts(sheet: Sheet, starts: readonly number[], layout: Layout, scroll: Scroll, colors: Palette): void {
  const [first, end] = visibleColumns(layout, scroll);
  const starting = starts.filter((column) => column > 0 && column >= first && column < end);
  if (starting.length > (layout.right - layout.left) / 12) return;
  for (const column of starting) {
    const x = columnLeft(layout, scroll, column);
    rule(sheet, x, layout.top, x, layout.bottom + 4, colors.ink);
  }
}
