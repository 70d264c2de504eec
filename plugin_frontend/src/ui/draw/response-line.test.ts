import { expect, it } from 'vitest';
import { response } from '../../state/fixtures.ts';
import { lagsOf, responsePicture, strongestLag } from './response-line.ts';

it('the line and the band share one scale, the feature stands in the middle', () => {
  const { path, band, x } = responsePicture({ label: '', p: 1, mean: [0, 1, 0.5], low: 0.25, high: 0.75 }, 20, 8);
  expect(path).toBe('M0.00 8.00L10.00 0.00L20.00 4.00');
  expect([band, x]).toEqual([{ y: 2, height: 4 }, 10]);
});

it('breaks where nothing is known', () => {
  expect(responsePicture(response({ mean: [1, NaN, 1] }), 20, 8).path.match(/M/g)).toHaveLength(2);
  expect(responsePicture(response({ mean: [NaN], low: NaN, high: NaN }), 20, 8)).toEqual({
    path: '',
    band: { y: 8, height: 0 },
    x: 10,
  });
});

it('tells how far it looks and where it is furthest out', () => {
  expect([lagsOf(response()), strongestLag(response())]).toEqual([10, { lag: 0, value: 0.9 }]);
  expect(strongestLag(response({ mean: [-3, 0.5, NaN] }))).toEqual({ lag: -1, value: -3 });
  expect(strongestLag(response({ mean: [NaN] }))).toBeNull();
});
