import { describe, expect, it } from 'vitest';
import { layoutText, type TextLayout } from './text-layout.ts';
import { findSetting } from './tokens.ts';

const CELL = 10;

/** A text of ten pixels a letter. */
function set(words: string[], width: number, lengths = [words.length]): TextLayout {
  const table = [...new Set(words)];
  const widths = Float32Array.from(table, (word) => CELL * Math.max(1, word.length));
  return layoutText({
    tokens: Uint32Array.from(words, (word) => table.indexOf(word)),
    lengths,
    widths,
    setting: findSetting(table),
    width,
    gap: 5,
  });
}

const lines = (layout: TextLayout, words: string[]) =>
  Array.from({ length: layout.lines }, (_, i) => words.slice(layout.starts[i], layout.starts[i + 1]).join(''));

describe('characters', () => {
  it('break at words', () => {
    const words = [...'the quick fox'];
    expect(lines(set(words, 90), words)).toEqual(['the quick ', 'fox']);
    expect(lines(set(words, 80), words)).toEqual(['the ', 'quick ', 'fox']);
  });

  it('break within a word that is longer than a line', () => {
    const words = [...'aaaaaaa bb'];
    expect(lines(set(words, 30), words)).toEqual(['aaa', 'aaa', 'a ', 'bb']);
  });

  it('break after a carriage return, with or without a newline', () => {
    const words = ['a', '\r\n', 'b', '\r', 'c', '\r', '\n', 'd'];
    expect(lines(set(words, 90), words)).toEqual(['a\r\n', 'b\r', 'c\r\n', 'd']);
  });

  it('break after a newline, which keeps its place', () => {
    const words = [...'a\n\nb\n'];
    expect(lines(set(words, 90), words)).toEqual(['a\n', '\n', 'b\n']);
  });

  it('stand beside each other without gaps', () => {
    expect([...set([...'ab c'], 90).x]).toEqual([0, 10, 20, 30]);
  });

  it('let a space hang over the edge', () => {
    const words = [...'abc de'];
    expect(lines(set(words, 30), words)).toEqual(['abc ', 'de']);
  });
});

describe('words', () => {
  const words = ['we', 'go', ',', 'far', '.'];
  it('have gaps, closing marks have none', () => {
    expect([...set(words, 500).x]).toEqual([0, 25, 45, 60, 90]);
  });
  it('move on with their gaps', () => {
    const layout = set(words, 70);
    expect(lines(layout, words)).toEqual(['wego,', 'far.']);
    expect([...layout.x]).toEqual([0, 25, 45, 0, 30]);
  });
  it('take a closing mark’s word with it', () => {
    const layout = set(words, 50);
    expect(lines(layout, words)).toEqual(['we', 'go,', 'far.']);
  });
});

it('every sequence begins a line', () => {
  const words = [...'abcd'];
  const layout = set(words, 90, [1, 2, 0, 1]);
  expect(lines(layout, words)).toEqual(['a', 'bc', '', 'd']);
  expect([...layout.begins]).toEqual([0, 1, 2, 3]);
  expect([...layout.sequences]).toEqual([0, 1, 2, 3, 4]);
  expect([...set([...'ab cd e'], 30, [6, 1]).sequences]).toEqual([0, 2, 3]);
});

it('finds the token under the pointer and the line of a token', () => {
  const layout = set([...'the quick fox'], 80);
  expect([layout.at(1, 0), layout.at(1, 49.9), layout.at(1, 500), layout.at(9, 0), layout.at(-1, 0)]).toEqual([
    4, 8, -1, -1, -1,
  ]);
  expect([0, 3, 4, 9, 10, 12].map((token) => layout.lineOf(token))).toEqual([0, 0, 1, 1, 2, 2]);
});

it('finds the token that is nearest', () => {
  const layout = set([...'the quick fox'], 80);
  expect([layout.near(1, -9), layout.near(1, 500), layout.near(0, 12), layout.near(-3, 0), layout.near(9, 0)]).toEqual([
    4, 9, 1, 0, 12,
  ]);
  expect(set([], 80).near(0, 0)).toBe(-1);
  expect(set([...'ab'], 80, [1, 0, 1]).near(1, 0)).toBe(1);
});

it('every token stands once, in order, inside the line', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const words = Array.from({ length: 3000 }, () => 'abcdefgh    \n'[Math.floor(random() * 13)]);
  const layout = set(words, 130, [1000, 2000]);
  expect(lines(layout, words).join('')).toBe(words.join(''));
  for (let line = 0; line < layout.lines; line++) {
    for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
      expect(layout.x[i]).toBe(CELL * (i - layout.starts[line]));
      if (words[i].trim()) expect(layout.x[i] + CELL).toBeLessThanOrEqual(130);
    }
  }
});

it('lays out a million tokens in linear time', () => {
  const words = Array.from({ length: 1000 }, (_, i) => (i % 6 ? 'x' : ' '));
  const table = ['x', ' '];
  const tokens = new Uint32Array(1e6).map((_, i) => table.indexOf(words[i % 1000]));
  const layout = layoutText({
    tokens,
    lengths: [1e6],
    widths: Float32Array.of(8, 8),
    setting: findSetting(table),
    width: 1000,
    gap: 0,
  });
  expect(layout.lines).toBeGreaterThan(7900);
}, 60_000);

describe('a text that is written from right to left', () => {
  const words = ['\u05e9\u05dc\u05d5\u05dd', 'abc', 'de', '\u05e2\u05d5\u05dc\u05dd'];

  it('is set from the right edge, and runs of another script keep their order', () => {
    const layout = set(words, 300);
    expect([...layout.x]).toEqual([260, 200, 235, 155]);
    expect(layout.isMirrored(0)).toBe(true);
  });

  it('finds the token at a point', () => {
    const layout = set(words, 300);
    expect([270, 205, 240, 160, 10].map((x) => layout.at(0, x))).toEqual([0, 1, 2, 3, -1]);
    expect(layout.near(0, 0)).toBe(3);
    expect(layout.near(0, 299)).toBe(0);
  });

  it('has the direction of the first letter of each sequence', () => {
    const layout = set(['1', ...words, 'abc', words[0]], 600, [5, 2]);
    expect([layout.isMirrored(0), layout.isMirrored(1)]).toEqual([true, false]);
    expect(layout.x[5]).toBe(0);
  });
});

it('ends a line at line ends of every convention', () => {
  const words = ['a', '\u0085', 'b', '\u2028', 'c', '\u2029', 'd', '\f', 'e', '\r\n', 'f'];
  expect(lines(set(words, 300), words)).toEqual(['a\u0085', 'b\u2028', 'c\u2029', 'd\f', 'e\r\n', 'f']);
});
