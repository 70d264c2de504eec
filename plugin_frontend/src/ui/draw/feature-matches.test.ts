import { expect, it } from 'vitest';
import { marked, nextMatch, nextPlace, rankOf } from './feature-matches.ts';

const mask = Uint8Array.of(0, 1, 0, 1, 0);

it('goes from match to match and round the ends', () => {
  expect([
    nextMatch(mask, -1, 1),
    nextMatch(mask, 1, 1),
    nextMatch(mask, 3, 1),
    nextMatch(mask, 1, -1),
    nextMatch(mask, 4, -1),
    nextMatch(mask, 0, -1),
  ]).toEqual([1, 3, 1, 3, 3, 3]);
  expect(nextMatch(new Uint8Array(3), 0, 1)).toBe(-1);
});

it('says which match a token is', () => {
  expect([rankOf(mask, 3), rankOf(mask, 2), rankOf(mask, null)]).toEqual([
    [2, 2],
    [0, 2],
    [0, 2],
  ]);
});

it('keeps the places of a mask', () => {
  expect([...marked(mask)]).toEqual([1, 3]);
  expect(marked(mask)).toBe(marked(mask));
  expect(nextPlace(Uint32Array.of(), 0, 1)).toBe(-1);
});
