import { expect, it } from 'vitest';
import { sequenceOfLine } from './overlay.ts';
import { sequenceNames } from './typesetter.ts';

it('a line belongs to the last sequence that began', () => {
  const starts = Uint32Array.of(0, 3, 4, 9);
  expect([0, 2, 3, 4, 8].map((line) => sequenceOfLine(starts, line))).toEqual([0, 0, 1, 2, 2]);
});

it('sequences have labels, or else numbers; one alone needs none', () => {
  expect(sequenceNames({ lengths: [3, 4], labels: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(sequenceNames({ lengths: [3, 4], labels: ['a', ''] })).toEqual(['a', '1']);
  expect(sequenceNames({ lengths: [3, 4], labels: null })).toEqual(['0', '1']);
  expect([sequenceNames({ lengths: [3], labels: ['a'] }), sequenceNames({ lengths: [3], labels: null })]).toEqual([['a'], null]);
});
