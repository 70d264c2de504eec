import { describe, expect, it } from 'vitest';
import { cellAfter, cellAt, layoutMatrix, pooled } from './matrix-layout.ts';

const shape = { width: 400, height: 300, rows: 4, columns: 8, rowLabel: 20, columnLabel: 60 };

describe('layout of a matrix', () => {
  it('has square cells beside the labels, and turns long labels of columns', () => {
    const layout = layoutMatrix(shape);
    expect([layout.left, layout.top]).toEqual([26, 66]);
    expect(layout.cellWidth).toBe(layout.cellHeight);
    expect([layout.isRotated, layout.rowStride, layout.columnStride]).toEqual([true, 1, 1]);
    expect(layoutMatrix({ ...shape, columnLabel: 8 }).isRotated).toBe(false);
  });

  it('fills the picture with many cells, and leaves out labels that have no room', () => {
    const layout = layoutMatrix({ ...shape, rows: 512, columns: 512 });
    expect(512 * layout.cellWidth).toBeCloseTo(400 - 26 - 6);
    expect(layout.rowStride * layout.cellHeight).toBeGreaterThan(9);
    expect(layout.columnStride).toBeGreaterThan(10);
  });

  it('finds the cell at a point, or the row or column of a label', () => {
    const layout = layoutMatrix(shape);
    const { left, top, cellWidth } = layout;
    expect(cellAt(layout, left + 2.5 * cellWidth, top + 1.5 * cellWidth)).toEqual({ row: 1, column: 2 });
    expect(cellAt(layout, 3, top + 1)).toEqual({ row: 0, column: null });
    expect(cellAt(layout, left + 1, 3)).toEqual({ row: null, column: 0 });
    expect(cellAt(layout, 399, 299)).toEqual({ row: null, column: null });
    expect(cellAt(layout, 1, 1)).toEqual({ row: null, column: null });
  });

  it('walks from cell to cell by keys and stops at the edges', () => {
    const nowhere = { row: null, column: null };
    expect(cellAfter('ArrowDown', nowhere, 4, 8)).toEqual({ row: 0, column: 0 });
    expect(cellAfter('ArrowDown', { row: 3, column: 2 }, 4, 8)).toEqual({ row: 3, column: 2 });
    expect(cellAfter('End', { row: 3, column: 2 }, 4, 8)).toEqual({ row: 3, column: 7 });
    expect(cellAfter('PageUp', { row: 3, column: 2 }, 4, 8)).toEqual({ row: 0, column: 2 });
    expect(cellAfter('a', nowhere, 4, 8)).toBe(null);
  });

  it('keeps the largest value where cells share a pixel', () => {
    const values = Float32Array.from([0, 0, NaN, -3, 1, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0]);
    const pool = pooled(values, 4, 4, 2, 2);
    expect([pool.rows, pool.columns, [...pool.values]]).toEqual([2, 2, [1, -3, 0, 0.5]]);
    expect(pooled(values, 4, 4, 9, 9).values).toBe(values);
    expect([...pooled(Float32Array.from([NaN, NaN]), 1, 2, 1, 1).values]).toEqual([NaN]);
  });
});
