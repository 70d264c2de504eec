import { expect, it } from 'vitest';
import { forecastPath, forecastSeries, stepsBeyond } from './horizons.ts';

it('groups outputs by series and horizon', () => {
  const names = ['speed, t + 1', 'heat, t + 1', 'speed, t + 6', 'heat, t + 6'];
  expect(forecastSeries(names)).toEqual([
    {
      name: 'speed',
      horizons: [
        { steps: 1, index: 0 },
        { steps: 6, index: 2 },
      ],
    },
    {
      name: 'heat',
      horizons: [
        { steps: 1, index: 1 },
        { steps: 6, index: 3 },
      ],
    },
  ]);
  expect(forecastSeries(['t + 2', 't+1'])).toEqual([
    {
      name: '',
      horizons: [
        { steps: 1, index: 1 },
        { steps: 2, index: 0 },
      ],
    },
  ]);
  expect(forecastSeries(['speed, t + 1', 'sum'])).toBeNull();
});

it('reaches beyond the end by the furthest of several horizons', () => {
  expect(stepsBeyond(['a, t + 1', 'a, t + 6'])).toBe(6);
  expect(stepsBeyond(['a, t + 1', 'b, t + 1'])).toBe(0);
  expect(stepsBeyond(['a', 'b'])).toBe(0);
});

it('places a forecast at the steps that it is about, and interpolates between horizons', () => {
  const outputs = { count: 2, values: Float32Array.from([1, 5, 2, 8]) };
  const series = {
    name: '',
    horizons: [
      { steps: 1, index: 0 },
      { steps: 4, index: 1 },
    ],
  };
  expect([...forecastPath(outputs, series, 1, 1, 7)]).toEqual([NaN, NaN, 2, 4, 6, 8, NaN]);
  expect([...forecastPath(outputs, series, 0, 0, 3)]).toEqual([NaN, 1, expect.closeTo(2.333)]);
});
