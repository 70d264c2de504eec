import { describe, expect, it } from 'vitest';
import {
  clampScroll,
  layOut,
  columnAt,
  columnLeft,
  READABLE,
  rowAt,
  rowTop,
  visibleColumns,
  visibleRows,
  type Shape,
  type Zoom,
} from './heatmap-layout.ts';

const shape: Shape = {
  width: 700,
  height: 500,
  rows: 256,
  columns: 1000,
  rowLabel: 20,
  columnLabel: 30,
  bars: 1,
  widest: 36,
  groups: [
    { units: [3], suggested: [] },
    { units: [40, 41, 42], suggested: [41] },
  ],
};
const readable: Zoom = { rowHeight: READABLE, columnWidth: 'fit' };
const origin = { left: 0, top: 0 };

describe('layOut', () => {
  it('fits all columns and scrolls the rows', () => {
    const layout = layOut(shape, readable);
    expect(layout.columns * layout.columnWidth).toBeCloseTo(layout.right - layout.left);
    expect(layout.maxLeft).toBe(0);
    expect(layout.maxTop).toBeCloseTo(256 * READABLE - (layout.bottom - layout.top));
    expect(layout.bars[0][0]).toBeGreaterThan(layout.right);
  });

  it('separates the groups from each other and from the list', () => {
    const layout = layOut(shape, readable);
    expect(layout.pinned.map((row) => row.unit)).toEqual([3, 40, 41, 42]);
    expect(layout.pinned.map((row) => row.suggested)).toEqual([false, false, true, false]);
    expect(layout.separators).toHaveLength(1);
    expect(layout.top).toBeGreaterThan(layout.pinned[3].bottom);
  });

  it('leaves out groups that would take more than half of the room', () => {
    const groups = Array.from({ length: 30 }, (_, i) => ({ units: [3 * i, 3 * i + 1, 3 * i + 2], suggested: [3 * i] }));
    const layout = layOut({ ...shape, groups }, readable);
    expect(layout.top).toBeLessThan(0.57 * layout.bottom);
    expect(layout.pinned.length % 3).toBe(0);
  });

  it('shows every unit at once in the overview, thinner than a pixel if need be', () => {
    for (const rows of [256, 5000]) {
      const layout = layOut({ ...shape, rows }, { ...readable, rowHeight: 'fit' });
      expect(layout.maxTop).toBeCloseTo(0);
      expect(visibleRows(layout, origin)).toEqual([0, rows]);
    }
  });

  it('has as many columns of bars as take less than half of the width, the first at least', () => {
    expect([1, 3, 12].map((bars) => layOut({ ...shape, bars }, readable).bars.length)).toEqual([1, 3, 9]);
    const narrow = layOut({ ...shape, width: 200, bars: 4 }, readable);
    expect(narrow.bars.length).toBe(2);
    expect(narrow.bars[1][1]).toBeLessThan(200);
    expect(layOut({ ...shape, bars: 0 }, readable)).toMatchObject({ bars: [], head: 0 });
  });

  it('leaves room under the names of the bars', () => {
    const layout = layOut({ ...shape, bars: 3 }, readable);
    expect(layout.pinned[0].top).toBe(layout.head);
    expect(layout.head).toBeGreaterThan(20);
  });

  it('leaves some of the room to the list, however many rows are pinned first', () => {
    const groups = [{ units: Array.from({ length: 40 }, (_, i) => i), suggested: [] }];
    const layout = layOut({ ...shape, height: 160, groups }, readable);
    expect(layout.bottom - layout.top).toBeGreaterThan(READABLE);
  });

  it('makes pinned rows taller with the others, so that their cells can be read too', () => {
    const [row] = layOut(shape, { ...readable, rowHeight: 60 }).pinned;
    expect(row.bottom - row.top).toBe(36);
  });

  it('labels columns by their tokens where there is room', () => {
    expect(layOut(shape, readable).labels).toBe('numbers');
    expect(layOut({ ...shape, columns: 30, columnLabel: 60 }, readable).labels).toBe('upright');
    expect(layOut({ ...shape, columns: 30, columnLabel: 9 }, readable).labels).toBe('lying');
  });

  it('ends under the last row', () => {
    const layout = layOut({ ...shape, rows: 2 }, readable);
    expect(layout.bottom).toBeCloseTo(layout.top + 2 * layout.rowHeight);
    const pinnedOnly = layOut({ ...shape, rows: 0 }, readable);
    expect(pinnedOnly.bottom).toBe(pinnedOnly.pinned[3].bottom);
  });

  it.each([
    [1, 1],
    [0, 0],
    [1, 0],
    [5000, 100000],
  ])('holds for %i rows and %i columns', (rows, columns) => {
    for (const [width, height] of [
      [700, 500],
      [120, 60],
      [41, 41],
    ]) {
      const layout = layOut({ ...shape, width, height, rows, columns, groups: [] }, readable);
      for (const value of Object.values(layout))
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      expect(layout.right).toBeGreaterThan(layout.left);
      expect(layout.columnWidth).toBeGreaterThan(0);
    }
  });
});

describe('hit testing', () => {
  const layout = layOut({ ...shape, columns: 40 }, { ...readable, columnWidth: 30 });
  const scroll = { left: 100, top: 333 };

  it('finds what was drawn there', () => {
    for (const row of [30, 40]) expect(rowAt(layout, scroll, rowTop(layout, scroll, row) + 1)).toEqual({ row });
    for (const column of [5, 20]) expect(columnAt(layout, scroll, columnLeft(layout, scroll, column) + 1)).toBe(column);
    expect(rowAt(layout, scroll, layout.pinned[2].top + 1)).toEqual({ unit: 41 });
  });

  it('finds nothing in gaps, labels and bars', () => {
    expect(rowAt(layout, scroll, layout.top - 1)).toBeNull();
    expect(rowAt(layout, scroll, layout.bottom + 1)).toBeNull();
    expect(columnAt(layout, scroll, layout.left - 1)).toBeNull();
    expect(columnAt(layout, scroll, layout.right + 1)).toBeNull();
    expect(columnAt(layOut({ ...shape, columns: 2 }, readable), origin, 400)).toBeNull();
  });

  it('knows what shows', () => {
    const [first, end] = visibleRows(layout, scroll);
    expect(rowTop(layout, scroll, first)).toBeLessThanOrEqual(layout.top);
    expect(rowTop(layout, scroll, end)).toBeGreaterThanOrEqual(layout.bottom);
    const [a, b] = visibleColumns(layout, scroll);
    expect([a, b]).toEqual([3, Math.ceil((100 + layout.right - layout.left) / 30)]);
  });

  it('does not scroll past the ends', () => {
    expect(clampScroll(layout, { left: -5, top: 1e9 })).toEqual({ left: 0, top: layout.maxTop });
  });
});
