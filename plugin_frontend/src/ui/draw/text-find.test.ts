import { expect, it } from 'vitest';
import { runningText } from './running-text.ts';
import { findHits, firstAtLeast, patternOf, type Pattern } from './text-find.ts';
import { findSetting } from './tokens.ts';

function find(typed: string, words: string[], most?: number): number[][] | string {
  const table = [...new Set(words)];
  const read = { tokens: Uint32Array.from(words, (word) => table.indexOf(word)), table, lengths: [words.length] };
  const { text, starts } = runningText(read, findSetting(table));
  const pattern = patternOf(typed);
  if (typeof pattern === 'string') return pattern;
  const { first, end } = findHits(text, starts, pattern, most);
  return [...first].map((token, i) => [token, end[i]]);
}

it('finds text as it was typed', () => {
  expect(find('a.', [...'a.ba.'])).toEqual([
    [0, 2],
    [3, 5],
  ]);
  expect(find('/', [...'a/b'])).toEqual([[1, 2]]);
  expect(find('A', [...'aAa'])).toEqual([[1, 2]]);
});

it('finds what a regular expression between slashes matches', () => {
  expect(find('/\\d+/', [...'a12b3'])).toEqual([
    [1, 3],
    [4, 5],
  ]);
  expect(find('/B/i', [...'abc'])).toEqual([[1, 2]]);
  expect(find('/^b$/m', [...'a\nb'])).toEqual([[2, 3]]);
});

it('finds over the tokens, as the text shows them', () => {
  const words = ['we', 'go', ',', 'far', 'away', '.'];
  expect(find('go, far', words)).toEqual([[1, 4]]);
  expect(find('ar aw', words)).toEqual([[3, 5]]);
  expect(find('o', words)).toEqual([[1, 2]]);
});

it('a match of nothing is none, and many are some', () => {
  expect(find('/x*/', [...'axxb'])).toEqual([[1, 3]]);
  expect(find('a', [...'aaaa'], 2)).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(findHits('aaa', Uint32Array.of(0, 1, 2, 3), patternOf('a') as Pattern, 2).more).toBe(true);
});

it('says why something is no regular expression', () => {
  expect(find('/(/', ['a'])).toMatch(/regular expression/i);
  expect(find('/\\-/', [...'a-'])).toEqual([[1, 2]]);
});

it('finds places among sorted numbers', () => {
  const sorted = Uint32Array.of(2, 4, 4, 9);
  expect([0, 2, 3, 4, 5, 10].map((value) => firstAtLeast(sorted, value))).toEqual([0, 0, 1, 1, 3, 4]);
});
