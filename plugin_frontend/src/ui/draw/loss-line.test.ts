import { expect, it } from 'vitest';
import { lossPath } from './loss-line.ts';

it('goes from high to low, and breaks where nothing was measured', () => {
  expect(lossPath([3, 2, null, 1, 1], 1, 3, 100, 20)).toBe('M0.00 0.00L25.00 10.00M75.00 20.00L100.00 20.00');
});

it('survives one epoch and a loss that does not change', () => {
  expect(lossPath([2], 2, 2, 100, 20)).toBe('M0.00 20.00');
  expect(lossPath([], Infinity, -Infinity, 100, 20)).toBe('');
});
