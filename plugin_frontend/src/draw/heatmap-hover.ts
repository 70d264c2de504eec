import type { Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { placeLeft, rowTop, type Layout, type Scroll } from './heatmap-layout.ts';
import { OUT_OF_SIGHT, rowOfUnit, type Picture } from './heatmap-picture.ts';

/** The cross-hair: which row and which column are meant, drawn on a sheet of its own. */
export function paintHover(sheet: Sheet, picture: Picture, layout: Layout, scroll: Scroll, unit: number | null, place: number | null, colors: Palette): void {
  const { context } = sheet;
  context.strokeStyle = colors.ink;
  context.lineWidth = 1;
  const right = Math.min(layout.right, placeLeft(layout, scroll, layout.columns));
  const frame = (x: number, y: number, width: number, height: number) => context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  if (unit !== null) {
    for (const row of layout.pinned) if (row.unit === unit) frame(layout.left, row.top, right - layout.left, row.bottom - row.top);
    const row = rowOfUnit(picture, unit, layout.rows);
    const y = rowTop(layout, scroll, row);
    if (row !== OUT_OF_SIGHT && y + layout.rowHeight > layout.top && y < layout.bottom) {
      context.save();
      context.beginPath();
      context.rect(0, layout.top - 1, sheet.width, layout.bottom - layout.top + 2);
      context.clip();
      frame(layout.left, y, right - layout.left, layout.rowHeight);
      context.restore();
    }
  }
  if (place !== null) {
    const x = placeLeft(layout, scroll, place);
    if (x + layout.columnWidth <= layout.left || x >= right) return;
    context.save();
    context.beginPath();
    context.rect(layout.left - 1, 0, right - layout.left + 2, layout.bottom + 6);
    context.clip();
    frame(x, 0, Math.max(1, layout.columnWidth), layout.bottom);
    context.restore();
  }
}
