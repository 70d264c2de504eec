import { expect, it } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { excerptOf, rangeAround, settingOf } from './excerpt.ts';

const stringOf = (text: ReturnType<typeof testText>, [first, end]: readonly [number, number]) =>
  Array.from(text.tokens.slice(first, end), (id) => text.table[id]).join('');

it('an excerpt has the tokens of its range in a table of its own', () => {
  const text = testText([...'abcabd']);
  const { text: piece, setting, range } = excerptOf(text, [2, 5]);
  expect(Array.from(piece.tokens, (id) => piece.table[id]).join('')).toBe('cab');
  expect([piece.table.length, piece.lengths, range]).toEqual([3, [3], [2, 5]]);
  expect(setting.characters).toBe(settingOf(text).characters);
  expect(setting.traits).toHaveLength(3);
});

it('it begins at the beginning of the line of its stretch, if that is near', () => {
  const text = testText([...`${'a'.repeat(90)}\n${'b'.repeat(20)}(inside)${'c'.repeat(300)}`]);
  const [first, end] = rangeAround(text, [111, 119]);
  expect(first).toBe(91);
  expect(end - first).toBe(280);
});

it('without a line near it begins behind white space', () => {
  const text = testText([...`${'letter '.repeat(40)}(inside)`]);
  expect(stringOf(text, rangeAround(text, [280, 288]))).toBe(`${'letter '.repeat(5)}(inside)`);
});

it('it stays in the sequence of its stretch', () => {
  const text = testText([...'aaaabbbbcccc'], { lengths: [4, 4, 4] });
  expect(rangeAround(text, [5, 6])).toEqual([4, 8]);
});

it('gaps between words count as characters', () => {
  const text = testText(Array.from({ length: 200 }, (_, i) => `w${100 + i}`));
  const [first, end] = rangeAround(text, [100, 110]);
  expect([100 - first, end - first]).toEqual([8, 56]);
});

it('a token longer than an excerpt is shown alone', () => {
  const text = testText(['x'.repeat(500), 'y']);
  expect(rangeAround(text, [0, 1])).toEqual([0, 1]);
});
