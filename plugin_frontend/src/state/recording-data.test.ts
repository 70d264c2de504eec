import { expect, it } from 'vitest';
import { neighbours } from './recording-data.ts';

it('prefetches the steps that a hand reaches next', () => {
  expect(neighbours([-1, 0, 3, 4], 0)).toEqual([3, -1, 4]);
  expect(neighbours([-1, 0, 3, 4], 4)).toEqual([3, 0, -1]);
  expect(
    neighbours(
      Array.from({ length: 99 }, (_, i) => i),
      50,
    ).length,
  ).toBe(16);
  expect(neighbours([], 4)).toEqual([]);
});
