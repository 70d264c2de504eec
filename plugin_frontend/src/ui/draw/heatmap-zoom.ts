import { CELL, layOut, columnLeft, rowTop, type Layout, type Scroll, type Shape, type Zoom } from './heatmap-layout.ts';

/** By how much each axis is zoomed; 1 leaves it as it is, 0 shows everything. */
export interface Factor {
  readonly x: number;
  readonly y: number;
}

export interface Zoomed {
  readonly zoom: Zoom;
  readonly scroll: Scroll;
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** Zoom and scroll that keep the point (x, y) in place. */
export function zoomAt(
  shape: Shape,
  zoom: Zoom,
  scroll: Scroll,
  factor: Factor,
  at: { readonly x: number; readonly y: number },
): Zoomed {
  const before = layOut(shape, zoom);
  const fitted = layOut(shape, { rowHeight: 'fit', columnWidth: 'fit' });
  const next: Zoom = {
    columnWidth: factor.x === 1 ? zoom.columnWidth : sizeOrFit(before.columnWidth * factor.x, fitted.columnWidth),
    rowHeight: factor.y === 1 ? zoom.rowHeight : sizeOrFit(before.rowHeight * factor.y, fitted.rowHeight),
  };
  const after = layOut(shape, next);
  const across = clamp(at.x, before.left, before.right) - before.left;
  const down = clamp(at.y, before.top, Math.max(before.top, before.bottom));
  const column = (across + scroll.left) / before.columnWidth;
  const row = (down - before.top + scroll.top) / before.rowHeight;
  return {
    zoom: next,
    scroll: {
      left: clamp(column * after.columnWidth - across, 0, after.maxLeft),
      top: clamp(row * after.rowHeight - (down - after.top), 0, after.maxTop),
    },
  };
}

const sizeOrFit = (size: number, fitted: number) => (size <= fitted * 1.001 ? 'fit' : size);

/**
 * Zoom in which one cell in the middle shows its token and its value.
 * A column or row of null keeps its axis.
 */
export function zoomToCell(
  shape: Shape,
  zoom: Zoom,
  scroll: Scroll,
  row: number | null,
  column: number | null,
): Zoomed {
  const next: Zoom = {
    rowHeight: row === null ? zoom.rowHeight : CELL.rowHeight,
    columnWidth: column === null ? zoom.columnWidth : CELL.columnWidth,
  };
  const after = layOut(shape, next);
  const inView = (layout: Layout) => ({
    left: column === null ? scroll.left : (column + 0.5) * layout.columnWidth - (layout.right - layout.left) / 2,
    top: row === null ? scroll.top : (row + 0.5) * layout.rowHeight - (layout.bottom - layout.top) / 2,
  });
  const { left, top } = inView(after);
  return { zoom: next, scroll: { left: clamp(left, 0, after.maxLeft), top: clamp(top, 0, after.maxTop) } };
}

/** Scroll position that brings a row and a column into sight. */
export function reveal(layout: Layout, scroll: Scroll, row: number | null, column: number | null): Scroll {
  let { left, top } = scroll;
  if (row !== null) {
    const y = rowTop(layout, scroll, row);
    if (y < layout.top || y + layout.rowHeight > layout.bottom + 0.5)
      top = row * layout.rowHeight - (layout.bottom - layout.top - layout.rowHeight) / 2;
  }
  if (column !== null) {
    const x = columnLeft(layout, scroll, column);
    if (x < layout.left || x + layout.columnWidth > layout.right + 0.5)
      left = column * layout.columnWidth - (layout.right - layout.left - layout.columnWidth) / 2;
  }
  return { left: clamp(left, 0, layout.maxLeft), top: clamp(top, 0, layout.maxTop) };
}
