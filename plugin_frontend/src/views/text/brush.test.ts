import { expect, it } from 'vitest';
import { between, extendRange } from './brush.ts';

const by = (n: number) => (token: number) => token + n;

it('two tokens and all between them are chosen', () => {
  expect([between(3, 7), between(7, 3), between(4, 4)]).toEqual([
    [3, 8],
    [3, 8],
    [4, 5],
  ]);
});

it('grows from the anchor, and shrinks back over it', () => {
  const right = extendRange(null, 5, by(1), 10);
  expect(right).toEqual([5, 7]);
  expect(extendRange(right, 5, by(2), 10)).toEqual([5, 9]);
  expect(extendRange(right, 5, by(-1), 10)).toEqual([5, 6]);
  expect(extendRange(extendRange(right, 5, by(-2), 10), 5, by(-1), 10)).toEqual([3, 6]);
});

it('ends where the text does, and begins anew from another anchor', () => {
  expect(extendRange([5, 10], 5, by(3), 10)).toEqual([5, 10]);
  expect(extendRange([0, 4], 3, by(-9), 10)).toEqual([0, 4]);
  expect(extendRange([5, 8], 2, by(1), 10)).toEqual([2, 4]);
});
