import { expect, it } from 'vitest';
import { runningText, tokenAtCharacter } from './running-text.ts';
import { findSetting } from './tokens.ts';

function read(words: string[], lengths = [words.length]) {
  const table = [...new Set(words)];
  return [
    { tokens: Uint32Array.from(words, (word) => table.indexOf(word)), table, lengths },
    findSetting(table),
  ] as const;
}

it('characters stand as they are, tabs and newlines too', () => {
  const { text, starts } = runningText(...read([...'a\tb\n\nc']));
  expect(text).toBe('a\tb\n\nc');
  expect([...starts]).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it('words have spaces between them, closing marks none before them', () => {
  const { text, starts } = runningText(...read(['we', 'go', ',', 'far', '.', '\n', 'on']));
  expect(text).toBe('we go, far.\non');
  expect([...starts]).toEqual([0, 3, 5, 7, 10, 11, 12, 14]);
});

it('words with white space of their own have no other', () => {
  expect(runningText(...read(['the', ' cat', '.'])).text).toBe('the cat.');
});

it('another sequence begins another line', () => {
  expect(runningText(...read([...'abc'], [1, 2])).text).toBe('a\nbc');
  expect(runningText(...read([...'a\nbc'], [2, 2])).text).toBe('a\nbc');
});

it('gives a part', () => {
  expect(runningText(...read([...'abcdef']), 2, 4)).toEqual({ text: 'cd', starts: Uint32Array.of(0, 1, 2) });
});

it('finds the token that a character belongs to; a gap belongs to the token before it', () => {
  const { starts } = runningText(...read(['we', 'go', ',', 'far']));
  expect([0, 1, 2, 3, 5, 6, 7, 9].map((character) => tokenAtCharacter(starts, character))).toEqual([
    0, 0, 0, 1, 2, 2, 3, 3,
  ]);
});
