import { describe, expect, it } from 'vitest';
import {
  CELL,
  layOut,
  columnLeft,
  READABLE,
  rowTop,
  visibleColumns,
  visibleRows,
  type Shape,
  type Zoom,
} from './heatmap-layout.ts';
import { reveal, zoomAt, zoomToCell } from './heatmap-zoom.ts';

const shape: Shape = {
  width: 700,
  height: 500,
  rows: 256,
  columns: 1000,
  rowLabel: 20,
  columnLabel: 30,
  bars: 1,
  widest: 36,
  groups: [{ units: [3], suggested: [] }],
};
const all: Zoom = { rowHeight: 'fit', columnWidth: 'fit' };
const origin = { left: 0, top: 0 };

describe('zoomAt', () => {
  const at = { x: 300, y: 250 };

  it('keeps the cell under the pointer, on both axes', () => {
    const before = layOut(shape, all);
    const column = (at.x - before.left) / before.columnWidth;
    const row = (at.y - before.top) / before.rowHeight;
    const { zoom, scroll } = zoomAt(shape, all, origin, { x: 8, y: 8 }, at);
    const after = layOut(shape, zoom);
    expect((at.x - after.left + scroll.left) / after.columnWidth).toBeCloseTo(column);
    expect((at.y - after.top + scroll.top) / after.rowHeight).toBeCloseTo(row);
  });

  it('leaves an axis alone', () => {
    expect(zoomAt(shape, all, origin, { x: 1, y: 3 }, at).zoom.columnWidth).toBe('fit');
    expect(zoomAt(shape, { ...all, rowHeight: READABLE }, origin, { x: 3, y: 1 }, at).zoom.rowHeight).toBe(READABLE);
  });

  it('goes from all units to one cell and back in steps', () => {
    let now = { zoom: all, scroll: origin };
    for (let i = 0; i < 14; i++) now = zoomAt(shape, now.zoom, now.scroll, { x: 1.5, y: 1.5 }, at);
    const near = layOut(shape, now.zoom);
    expect([near.columnWidth >= CELL.columnWidth, near.rowHeight >= CELL.rowHeight]).toEqual([true, true]);
    for (let i = 0; i < 20; i++) now = zoomAt(shape, now.zoom, now.scroll, { x: 1 / 1.5, y: 1 / 1.5 }, at);
    expect(now).toEqual({ zoom: all, scroll: origin });
  });
});

describe('zoomToCell', () => {
  it('shows the cell in the middle, with room for its words', () => {
    const { zoom, scroll } = zoomToCell(shape, all, origin, 100, 500);
    const layout = layOut(shape, zoom);
    expect([layout.columnWidth, layout.rowHeight]).toEqual([CELL.columnWidth, CELL.rowHeight]);
    expect(rowTop(layout, scroll, 100) + layout.rowHeight / 2).toBeCloseTo((layout.top + layout.bottom) / 2);
    expect(columnLeft(layout, scroll, 500) + layout.columnWidth / 2).toBeCloseTo((layout.left + layout.right) / 2);
  });

  it('stays inside at the ends, and keeps the axis of which nothing was said', () => {
    const { zoom, scroll } = zoomToCell(shape, all, origin, 255, null);
    const layout = layOut(shape, zoom);
    expect([zoom.columnWidth, scroll.top]).toEqual(['fit', layout.maxTop]);
    expect(visibleRows(layout, scroll)[1]).toBe(256);
  });
});

it('reveal scrolls only as far as there is need', () => {
  const layout = layOut(shape, { rowHeight: 30, columnWidth: 30 });
  const scroll = { left: 3000, top: 1500 };
  const [first] = visibleRows(layout, scroll);
  expect(reveal(layout, scroll, first + 2, null)).toEqual(scroll);
  const moved = reveal(layout, scroll, 200, 5);
  expect(visibleRows(layout, moved)[0]).toBeLessThanOrEqual(200);
  expect(visibleRows(layout, moved)[1]).toBeGreaterThan(200);
  expect(visibleColumns(layout, moved)[0]).toBeLessThanOrEqual(5);
});
