import { expect, it } from 'vitest';
import { sequenceOfLine } from './overlay.ts';

it('a line belongs to the last sequence that began', () => {
  const starts = Uint32Array.of(0, 3, 4, 9);
  expect([0, 2, 3, 4, 8].map((line) => sequenceOfLine(starts, line))).toEqual([0, 0, 1, 2, 2]);
});
