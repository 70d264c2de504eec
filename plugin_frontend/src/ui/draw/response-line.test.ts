import { expect, it } from 'vitest';
import { response } from '../../state/fixtures.ts';
import { commonScale, lagsOf, responsePicture, strongestLag } from './response-line.ts';

it('the line and the band share one scale, the feature stands in the middle', () => {
  const mean = { mean: [0, 1, 0.5], low: [0.25, 0.25, 0.5], high: [0.75, 0.75, 0.5] };
  const { path, band, x } = responsePicture(mean, 20, 8);
  expect(path).toBe('M0.00 8.00L10.00 0.00L20.00 4.00');
  expect(band).toBe('M0.00 2.00L10.00 2.00L20.00 4.00L20.00 4.00L10.00 6.00L0.00 6.00Z');
  expect(x).toBe(10);
});

it('breaks where nothing is known', () => {
  const gap = { mean: [1, NaN, 1], low: [0, 0, 0], high: [2, 2, 2] };
  expect(responsePicture(gap, 20, 8).path.match(/M/g)).toHaveLength(2);
  const nothing = { mean: [NaN], low: [NaN], high: [NaN] };
  expect(responsePicture(nothing, 20, 8)).toEqual({ path: '', band: '', x: 10 });
});

it('tells how far it looks and where it is furthest out', () => {
  expect([lagsOf(response()), strongestLag(response())]).toEqual([10, { lag: 0, value: 0.9 }]);
  expect(strongestLag({ mean: [-3, 0.5, NaN], low: [-1, -1, NaN], high: [1, 1, NaN] })).toEqual({ lag: -1, value: -3 });
  expect(strongestLag({ mean: [NaN], low: [-1], high: [1] })).toBeNull();
});

it('a lag that few events have, with a wide band, is not the strongest', () => {
  const few = { mean: [0, 2, 9], low: [-1, -1, -9], high: [1, 1, 9] };
  expect(strongestLag(few)).toEqual({ lag: 0, value: 2 });
});

it('responses of several recordings share a scale', () => {
  expect(commonScale([response({ mean: [3] }), response({ mean: [-2] })])).toEqual([-2, 3]);
  expect(commonScale([])).toEqual([0, 1]);
});
