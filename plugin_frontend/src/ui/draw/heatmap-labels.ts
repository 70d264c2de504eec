import { clipText, FONT, type Sheet } from './axes-canvas.ts';
import { niceStep, type Palette } from './axes.ts';
import { rowTop, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { OUT_OF_SIGHT, rowOfUnit, unitOfRow, type Picture } from './heatmap-picture.ts';

/** Names of the rows at the left, the chosen one marked, suggested ones bold. */
export function paintRowLabels(
  { context }: Sheet,
  picture: Picture,
  layout: Layout,
  scroll: Scroll,
  colors: Palette,
): void {
  context.textAlign = 'right';
  for (const row of layout.pinned) label(row.unit, (row.top + row.bottom) / 2, row.suggested ? `600 ${FONT}` : FONT);
  const [first, end] = visibleRows(layout, scroll);
  const every = labelEvery(layout.rowHeight);
  context.save();
  context.beginPath();
  context.rect(0, layout.top, layout.left, Math.max(0, layout.bottom - layout.top));
  context.clip();
  for (let r = first - (first % every); r < end; r += every) {
    label(unitOfRow(picture, r), rowTop(layout, scroll, r) + layout.rowHeight / 2, FONT);
  }
  const row = every > 1 ? rowOfUnit(picture, picture.chosen, layout.rows) : OUT_OF_SIGHT;
  if (row !== OUT_OF_SIGHT) {
    const y = rowTop(layout, scroll, row) + layout.rowHeight / 2;
    context.clearRect(0, y - 7, layout.left, 14);
    label(picture.chosen, y, FONT);
  }
  context.restore();
  context.font = FONT;

  function label(unit: number, y: number, font: string): void {
    const isSelected = unit === picture.chosen;
    context.font = isSelected ? `600 ${FONT}` : font;
    context.fillStyle = isSelected ? colors.accent : colors.ink;
    context.fillText(
      unit < 0 ? clipText(context, picture.label(unit), layout.left - 10) : picture.label(unit),
      layout.left - 8,
      y + 0.5,
    );
    if (isSelected) triangle(context, layout.left - 6, y);
  }
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x, y - 3.5);
  context.lineTo(x + 5, y);
  context.lineTo(x, y + 3.5);
  context.fill();
}

/** A label at every so many rows, so that they stand apart. */
export function labelEvery(rowHeight: number): number {
  return rowHeight >= 11 ? 1 : niceStep(13 / rowHeight);
}
