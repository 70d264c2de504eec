import { clipText, type Sheet } from './axes-canvas.ts';
import { columnLeft, rowTop, visibleColumns, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { unitOfRow, type Picture } from './heatmap-picture.ts';

const NARROWEST = 36;
const ONE_LINE = 14;
const TWO_LINES = 27;

/** Paints the value into each cell with room for it, and the token if both fit. */
export function paintWords({ context }: Sheet, picture: Picture, layout: Layout, scroll: Scroll): void {
  if (layout.columnWidth < NARROWEST) return;
  const [first, end] = visibleColumns(layout, scroll);
  const row = (unit: number, top: number, height: number) => {
    if (height < ONE_LINE) return;
    for (let column = first; column < end; column++) {
      const words = picture.words(unit, column);
      if (!words) continue;
      const x = columnLeft(layout, scroll, column) + layout.columnWidth / 2;
      context.fillStyle = words.ink;
      if (height < TWO_LINES) context.fillText(words.value, x, top + height / 2 + 0.5);
      else {
        context.fillText(clipText(context, words.name, layout.columnWidth - 6), x, top + height / 2 - 6);
        context.fillText(words.value, x, top + height / 2 + 7);
      }
    }
  };
  context.save();
  context.textAlign = 'center';
  context.beginPath();
  context.rect(layout.left, layout.head, layout.right - layout.left, layout.bottom - layout.head);
  context.clip();
  for (const { unit, top, bottom } of layout.pinned) row(unit, top, bottom - top);
  context.beginPath();
  context.rect(layout.left, layout.top, layout.right - layout.left, Math.max(0, layout.bottom - layout.top));
  context.clip();
  const [from, to] = visibleRows(layout, scroll);
  for (let r = from; r < to; r++) row(unitOfRow(picture, r), rowTop(layout, scroll, r), layout.rowHeight);
  context.restore();
}
