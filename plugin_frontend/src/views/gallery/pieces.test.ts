import { expect, it } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { galleryUnit } from './gallery-fixtures.ts';
import { piecesOf } from './pieces.ts';

const text = testText([...'x'.repeat(600)]);

it('pieces that show a whole stretch come first', () => {
  expect(piecesOf(galleryUnit(), text).map(({ stretch }) => stretch)).toEqual([
    [10, 20],
    [4, 400],
  ]);
});

it('stretches outside a text are left out', () => {
  expect(
    piecesOf(
      galleryUnit({
        stretches: [
          [500, 700],
          [1, 3],
        ],
      }),
      text,
    ).map(({ stretch }) => stretch),
  ).toEqual([[1, 3]]);
});

it('a unit without stretches has pieces from all over the text', () => {
  const pieces = piecesOf(galleryUnit({ stretches: [] }), text);
  expect(pieces).toHaveLength(6);
  expect(pieces.every(({ stretch }) => stretch === null)).toBe(true);
  expect(piecesOf(galleryUnit({ stretches: [] }), testText(['a', 'b']))).toHaveLength(1);
});
