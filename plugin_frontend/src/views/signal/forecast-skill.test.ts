import { expect, it } from 'vitest';
import { forecastSkill, windowSkill } from './forecast-skill.ts';

const outputs = (values: number[], targets: number[] | null, count = 1) => ({
  count,
  names: Array.from({ length: count }, (_, i) => `${i}`),
  values: Float32Array.from(values),
  targets: targets && Float32Array.from(targets),
});

it('is 1 without error, 0 for the forecast that repeats the target before, and negative for a worse one', () => {
  const targets = [1, 3, 2, 5];
  expect(forecastSkill(outputs(targets, targets), [4], 0)).toEqual({
    horizon: 1,
    steps: 3,
    error: 0,
    naiveError: 2,
    skill: 1,
  });
  expect(forecastSkill(outputs([9, 1, 3, 2], targets), [4], 0)!.skill).toBe(0);
  expect(forecastSkill(outputs([9, 7, 6, 9], targets), [4], 0)).toMatchObject({ error: 4, skill: -1 });
});

it('compares with the last value that is known where the name says how far the output looks ahead', () => {
  const series = [0, 1, 2, 3, 4, 5];
  const far = { ...outputs([3, 3, 3, 3, 3, 3], series), names: ['speed, t + 3'] };
  expect(forecastSkill(far, [6], 0)).toMatchObject({ horizon: 3, steps: 3, naiveError: 3, error: 1 });
});

it('leaves out steps without a value, and does not reach from one sequence into the next', () => {
  expect(forecastSkill(outputs([0, 0, NaN, 0], [0, 1, 0, 1]), [4], 0)!.steps).toBe(2);
  expect(forecastSkill(outputs([0, 0, 5, 5], [0, 1, 5, 6], 1), [2, 2], 0)).toMatchObject({ steps: 2, naiveError: 1 });
});

it('reads the output of its index', () => {
  expect(forecastSkill(outputs([0, 1, 0, 3], [0, 1, 0, 2], 2), [2], 1)).toMatchObject({ error: 1, naiveError: 1 });
});

it('is none without targets', () => {
  expect(forecastSkill(outputs([1, 2], null), [2], 0)).toBeNull();
  expect(forecastSkill(outputs([1], [1]), [1], 0)).toBeNull();
});

it('is not a number where the target never changes', () => {
  expect(forecastSkill(outputs([1, 2], [1, 1]), [2], 0)!.skill).toBeNaN();
});

it('of a window compares with the last value of the channel that is forecast', () => {
  const windows = { ...outputs([NaN, 4, NaN, 5], [NaN, 5, NaN, 7]), names: ['speed, t + 2'] };
  const channels = { values: Float32Array.from([0, 0, 3, 9, 0, 0, 3, 9]), width: 2, channel: 0 };
  // Errors 1 and 2; the last speeds are 3 and 3, which miss 5 and 7 by 2 and 4.
  expect(windowSkill(windows, [2, 2], 0, channels)).toEqual({
    horizon: 2,
    steps: 2,
    error: 1.5,
    naiveError: 3,
    skill: 0.5,
  });
  expect(windowSkill(windows, [2, 2], 0, { ...channels, channel: -1 })).toMatchObject({ error: 1.5, skill: NaN });
});
