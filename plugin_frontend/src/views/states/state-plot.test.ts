import { describe, expect, it } from 'vitest';
import { byRank, disc, paintDots } from './paint-points.ts';
import { depthRanks, pathThrough, plotLayout, pointNear } from './state-plot.ts';
import { statePoints } from './state-points.ts';
import { PROJECTION } from './states-fixtures.ts';

const AXES = [
  { title: 'one', short: '1', low: 0, high: 7 },
  { title: 'two', short: '2', low: 0, high: 49 },
  { title: 'three', short: '3', low: -1, high: 1 },
];
const SIZE = { width: 400, height: 300 };

describe('the plot', () => {
  it('has its points within the axes, in their order', () => {
    const { x, y, box, scales } = plotLayout(statePoints(PROJECTION, [0, 1]), AXES, SIZE, [0, 0]);
    expect([...x]).toEqual([...x].sort((a, b) => a - b));
    expect(x[0]).toBeGreaterThan(box.left);
    expect(y[7]).toBeLessThan(y[0]);
    expect(scales?.x.valueAt(x[3])).toBeCloseTo(3, 4);
  });

  it('keeps what is beyond the fitted states at the edge', () => {
    const { x, box } = plotLayout(
      statePoints(PROJECTION, [0, 1]),
      [{ title: '', short: '', low: 0, high: 2 }, AXES[1]],
      SIZE,
      [0, 0],
    );
    expect(x[7]).toBe(box.right);
  });

  it('has one place for equal states', () => {
    const flat = { title: '', short: '', low: 1, high: 1 };
    const { x } = plotLayout(statePoints(PROJECTION, [0, 1]), [flat, flat], SIZE, [0, 0]);
    expect([...x].every(Number.isFinite)).toBe(true);
  });

  it('has every point of a turned box on the page, however it is turned', () => {
    for (const turn of [
      [0, 0],
      [1, 1],
      [-2, 3],
    ] as const) {
      const { x, y } = plotLayout(statePoints(PROJECTION, [0, 1, 2]), AXES, SIZE, turn);
      expect(Math.min(...x, ...y)).toBeGreaterThanOrEqual(0);
      expect([Math.max(...x) <= 400, Math.max(...y) <= 300]).toEqual([true, true]);
    }
  });

  it('finds the nearest point within reach', () => {
    const layout = plotLayout(statePoints(PROJECTION, [0, 1]), AXES, SIZE, [0, 0]);
    expect(pointNear(layout, layout.x[4] + 3, layout.y[4] - 2)).toBe(4);
    expect(pointNear(layout, layout.x[0], layout.y[7])).toBeNull();
  });

  it('breaks a trajectory at a missing point', () => {
    const layout = { x: Float32Array.of(0, 1, NaN, 3, 4), y: new Float32Array(5) };
    expect(pathThrough(layout, 0, 5)).toBe('M0.0 0.0L1.0 0.0M3.0 0.0L4.0 0.0');
  });
});

describe('the picture', () => {
  const dots = (x: number[], opacity: number[]) => ({
    x: Float32Array.from(x),
    y: Float32Array.from(x, () => 2),
    rgb: Uint8Array.from(x.flatMap((_, i) => (i ? [0, 0, 200] : [200, 0, 0]))),
    opacity: Uint8Array.from(opacity),
    order: Uint32Array.from(x.keys()),
    radius: 1,
  });
  const paint = (x: number[], opacity: number[]) => {
    const pixels = { data: new Uint8ClampedArray(4 * 5 * 5), width: 5, height: 5 };
    paintDots(pixels, dots(x, opacity));
    return (column: number) => [...pixels.data.subarray(4 * (10 + column), 4 * (10 + column) + 4)];
  };

  it('has the colour of a dot in its middle', () => {
    expect(paint([2], [255])(2)).toEqual([200, 0, 0, 255]);
  });

  it('blends dots, the later one above', () => {
    expect(paint([2, 2], [255, 128])(2)).toEqual([100, 0, 100, 255]);
    expect(paint([2, 2], [255, 255])(2)).toEqual([0, 0, 200, 255]);
  });

  it('is denser where more dots lie', () => {
    const [one, three] = [paint([2], [60]), paint([2, 2, 2], [60, 60, 60])];
    expect(three(2)[3]).toBeGreaterThan(2 * one(2)[3]);
  });

  it('leaves out what is missing, and cuts what is at the edge', () => {
    expect(paint([NaN], [255])(2)).toEqual([0, 0, 0, 0]);
    expect(paint([-1], [255])(0)[3]).toBeGreaterThan(0);
  });

  it('has discs that are round', () => {
    const { size, coverage } = disc(1.5);
    expect([size, coverage[0] < 0.2, coverage[12]]).toEqual([5, true, 1]);
  });

  it('paints by rank, and the nearest last', () => {
    expect([...byRank(Uint8Array.of(9, 0, 255, 0))]).toEqual([1, 3, 0, 2]);
    expect([...depthRanks(Float32Array.of(-1, 3, NaN, 1))]).toEqual([0, 255, 0, 127]);
  });
});
