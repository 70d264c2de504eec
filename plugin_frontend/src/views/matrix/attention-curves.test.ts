import { describe, expect, it } from 'vitest';
import { largestColumnSum, layoutCurves, placeTokens } from './attention-curves.ts';

/** Three rows over two columns; the first column gets most of the weight. */
const shape = {
  rowNames: ['a', 'b', 'c'],
  columnNames: ['left', 'right'],
  values: Float32Array.from([1, 0, 0.5, 0.5, 0.5, 0.5]),
  room: 0,
  height: 120,
};

describe('curves between two lines', () => {
  it('are as wide as the weights, scaled by the largest sum of a column', () => {
    expect(largestColumnSum(shape.values, 2)).toBe(2);
    const { curves } = layoutCurves(shape);
    const width = (row: number, column: number) =>
      curves.find((one) => one.row === row && one.column === column)?.width;
    expect(width(0, 0)).toBe(7);
    expect(width(1, 1)).toBe(3.5);
    expect(width(0, 1)).toBe(undefined);
    expect(curves.filter(({ column }) => column === 0).reduce((sum, one) => sum + one.width, 0)).toBe(14);
  });

  it('go from the middle of a token above to the middle of one below', () => {
    const { curves, columns, rows } = layoutCurves(shape);
    const curve = curves.find(({ row, column }) => row === 2 && column === 1)!;
    const numbers = curve.path.match(/[\d.]+/g)!.map(Number);
    expect(numbers[0]).toBe(columns[1].left + columns[1].width / 2);
    expect(numbers.at(-2)).toBe(rows[2].left + rows[2].width / 2);
  });

  it('leave out what is too thin, and count it', () => {
    const values = Float32Array.from([1, 0.001, 1, 0.001]);
    const layout = layoutCurves({ ...shape, rowNames: ['a', 'b'], values });
    expect([layout.curves.length, layout.skipped]).toEqual([2, 2]);
  });

  it('are none for a matrix without weights', () => {
    const layout = layoutCurves({ ...shape, values: new Float32Array(6).fill(NaN) });
    expect([layout.curves, layout.skipped]).toEqual([[], 0]);
  });

  it('spread the tokens over the room that there is', () => {
    const [narrow, wide] = [layoutCurves(shape), layoutCurves({ ...shape, room: 180 })];
    expect(wide.width).toBeGreaterThan(1.5 * narrow.width);
    expect(wide.width).toBeLessThan(180);
    expect(layoutCurves({ ...shape, room: 9000 }).width).toBeLessThan(3 * narrow.width);
  });

  it('place tokens one after the other, wide enough for their text', () => {
    const [first, second] = placeTokens(['a', 'word']);
    expect(second.left).toBeGreaterThan(first.left + first.width);
    expect(second.width).toBeGreaterThan(4 * 7);
  });
});
