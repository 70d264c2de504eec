import { expect, it } from 'vitest';
import { sequenceAt } from './sequences.ts';

it('finds the sequence of a token and its place there; empty sequences hold none', () => {
  expect([0, 2, 3, 6].map((token) => sequenceAt([3, 0, 4], token))).toEqual([
    [0, 0],
    [0, 2],
    [2, 0],
    [2, 3],
  ]);
  expect(sequenceAt([3], 3)).toEqual([-1, 3]);
});
