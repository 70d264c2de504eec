import { describe, expect, it } from 'vitest';
import { areaPath, extent, linePath, nearest, smoothed } from './curve.ts';
import { linearScale, logScale } from './plot-scale.ts';

const [x, y] = [linearScale(0, 4, 0, 40), linearScale(0, 1, 10, 0)];

describe('linePath', () => {
  it('is broken where a value is no number, and what stands alone is a dot', () => {
    expect(linePath([0, 1, 2, 3, 4], [0, 1, NaN, 0.5, NaN], x, y)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0h0');
    expect(linePath([2], [1], x, y)).toBe('M20.0 0.0h0');
  });

  it('has no points below zero on a logarithmic scale', () => {
    expect(linePath([0, 1, 2], [1, -1, 0], x, logScale(0.1, 10, 10, 0))).toBe('M0.0 5.0h0');
  });
});

describe('areaPath', () => {
  it('runs along the upper line and back along the lower one', () => {
    expect(areaPath([0, 4], [0, 0.5], [0.5, 1], x, y)).toBe('M0.0 5.0L40.0 0.0L40.0 5.0L0.0 10.0Z');
    expect(areaPath([], [], [], x, y)).toBe('');
  });
});

it('extent and nearest know finite numbers only', () => {
  expect(extent([NaN, 3, -1, Infinity])).toEqual([-1, 3]);
  expect(extent([NaN])).toBeNull();
  expect([nearest([0, NaN, 5, 9], 6), nearest([], 1)]).toEqual([2, -1]);
});

describe('smoothed', () => {
  it('leaves a constant as it is from the first value on', () => {
    expect([...smoothed([3, 3, 3], 0.9)].map((value) => value.toFixed(9))).toEqual(Array(3).fill('3.000000000'));
  });

  it('weighs what was before, without the zero it began from', () => {
    const [a, b] = smoothed([1, 2], 0.5);
    expect([a, b]).toEqual([1, (0.5 * 0.5 + 0.5 * 2) / 0.75]);
  });

  it('is nothing at 0, and passes over what is no number', () => {
    expect([...smoothed([1, NaN, 5], 0)]).toEqual([1, NaN, 5]);
    const [, gap, after] = smoothed([1, NaN, 5], 0.5);
    expect([gap, after]).toEqual([NaN, (0.25 + 2.5) / 0.75]);
  });
});
