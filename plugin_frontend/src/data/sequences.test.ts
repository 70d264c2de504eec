import { expect, it } from 'vitest';
import { parseSequences, sequenceAt } from './sequences.ts';

it('finds the sequence of a token and its place there; empty sequences hold none', () => {
  expect([0, 2, 3, 6].map((token) => sequenceAt([3, 0, 4], token))).toEqual([
    [0, 0],
    [0, 2],
    [2, 0],
    [2, 3],
  ]);
  expect(sequenceAt([3], 3)).toEqual([-1, 3]);
});

it('reads the sequences of a link once each, as far as there are such', () => {
  expect(parseSequences('2 x 0 2 9', 3)).toEqual([2, 0]);
});
