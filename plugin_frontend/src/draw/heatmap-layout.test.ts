import { describe, expect, it } from 'vitest';
import { clampScroll, layOut, placeAt, placeLeft, READABLE, rowAt, rowTop, visiblePlaces, visibleRows, zoomAt, type Shape, type Zoom } from './heatmap-layout.ts';

const shape: Shape = {
  width: 700, height: 500, rows: 256, columns: 1000, rowLabel: 20, columnLabel: 30, hasBars: true, widest: 36,
  groups: [{ units: [3], suggested: [] }, { units: [40, 41, 42], suggested: [41] }],
};
const readable: Zoom = { rowHeight: READABLE, columnWidth: 'fit' };
const origin = { left: 0, top: 0 };

describe('layOut', () => {
  it('fits all columns and scrolls the rows', () => {
    const layout = layOut(shape, readable);
    expect(layout.columns * layout.columnWidth).toBeCloseTo(layout.right - layout.left);
    expect(layout.maxLeft).toBe(0);
    expect(layout.maxTop).toBeCloseTo(256 * READABLE - (layout.bottom - layout.top));
    expect(layout.bars![0]).toBeGreaterThan(layout.right);
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
    expect(layout.top).toBeLessThan(0.56 * layout.bottom);
    expect(layout.pinned.length % 3).toBe(0);
  });

  it('shows every unit at once in the overview, one pixel each at least', () => {
    expect(layOut(shape, { ...readable, rowHeight: 'fit' }).maxTop).toBeCloseTo(0);
    const many = layOut({ ...shape, rows: 5000 }, { ...readable, rowHeight: 'fit' });
    expect(many.rowHeight).toBe(1);
    expect(many.maxTop).toBeGreaterThan(4000);
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

  it.each([[1, 1], [0, 0], [1, 0], [5000, 100000]])('holds for %i rows and %i columns', (rows, columns) => {
    for (const [width, height] of [[700, 500], [120, 60], [41, 41]]) {
      const layout = layOut({ ...shape, width, height, rows, columns, groups: [] }, readable);
      for (const value of Object.values(layout)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
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
    for (const place of [5, 20]) expect(placeAt(layout, scroll, placeLeft(layout, scroll, place) + 1)).toBe(place);
    expect(rowAt(layout, scroll, layout.pinned[2].top + 1)).toEqual({ unit: 41 });
  });

  it('finds nothing in gaps, labels and bars', () => {
    expect(rowAt(layout, scroll, layout.top - 1)).toBeNull();
    expect(rowAt(layout, scroll, layout.bottom + 1)).toBeNull();
    expect(placeAt(layout, scroll, layout.left - 1)).toBeNull();
    expect(placeAt(layout, scroll, layout.right + 1)).toBeNull();
    expect(placeAt(layOut({ ...shape, columns: 2 }, readable), origin, 400)).toBeNull();
  });

  it('knows what shows', () => {
    const [first, end] = visibleRows(layout, scroll);
    expect(rowTop(layout, scroll, first)).toBeLessThanOrEqual(layout.top);
    expect(rowTop(layout, scroll, end)).toBeGreaterThanOrEqual(layout.bottom);
    const [a, b] = visiblePlaces(layout, scroll);
    expect([a, b]).toEqual([3, Math.ceil((100 + layout.right - layout.left) / 30)]);
  });

  it('does not scroll past the ends', () => {
    expect(clampScroll(layout, { left: -5, top: 1e9 })).toEqual({ left: 0, top: layout.maxTop });
  });
});

describe('zoomAt', () => {
  it('keeps the column under the pointer', () => {
    const x = 300;
    const before = layOut(shape, readable);
    const place = (x - before.left) / before.columnWidth;
    const { zoom, left } = zoomAt(shape, readable, origin, 8, x);
    const after = layOut(shape, zoom);
    expect((x - after.left + left) / after.columnWidth).toBeCloseTo(place);
  });

  it('goes back to all columns, never below', () => {
    const near: Zoom = { ...readable, columnWidth: 10 };
    expect(zoomAt(shape, near, origin, 1e-6, 300)).toEqual({ zoom: readable, left: 0 });
    expect(zoomAt(shape, near, { left: 50, top: 0 }, 0, 300).zoom.columnWidth).toBe('fit');
  });
});
