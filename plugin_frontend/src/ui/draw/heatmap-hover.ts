import type { Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { columnLeft, rowTop, type Layout, type Scroll } from './heatmap-layout.ts';
import { OUT_OF_SIGHT, rowOfUnit, type Picture } from './heatmap-picture.ts';

export interface Over {
  /** The row and the column that are meant. */
  readonly unit: number | null;
  readonly column: number | null;
  /** Places that were brushed, from the first to before the end. */
  readonly range: readonly [first: number, end: number] | null;
}

/** Paints cross-hair and brushed frame on a canvas over the cells. */
export function paintHover(
  sheet: Sheet,
  picture: Picture,
  layout: Layout,
  scroll: Scroll,
  { unit, column, range }: Over,
  colors: Palette,
): void {
  const { context } = sheet;
  const { left, head, top, bottom } = layout;
  const right = Math.min(layout.right, columnLeft(layout, scroll, layout.columns));
  const frame = (x: number, y: number, width: number, height: number) =>
    context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  const within = (x: number, y: number, width: number, height: number, draw: () => void) => {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    draw();
    context.restore();
  };
  const frameColumns = (first: number, end: number, color: string, width: number) => {
    const [from, to] = [columnLeft(layout, scroll, first), columnLeft(layout, scroll, end)];
    if (to <= left || from >= right) return;
    context.strokeStyle = color;
    context.lineWidth = width;
    within(left - 1, head, right - left + 2, bottom - head + 6, () =>
      frame(from, head + 1, Math.max(1, to - from), bottom - head - 1),
    );
  };
  if (range) frameColumns(range[0], range[1], colors.accent, 2);
  context.strokeStyle = colors.ink;
  context.lineWidth = 1;
  if (unit !== null) {
    for (const row of layout.pinned) if (row.unit === unit) frame(left, row.top, right - left, row.bottom - row.top);
    const row = rowOfUnit(picture, unit, layout.rows);
    const y = rowTop(layout, scroll, row);
    if (row !== OUT_OF_SIGHT && y + layout.rowHeight > top && y < bottom) {
      within(0, top - 1, sheet.width, bottom - top + 2, () => frame(left, y, right - left, layout.rowHeight));
    }
  }
  if (column !== null) frameColumns(column, column + 1, colors.ink, 1);
}
