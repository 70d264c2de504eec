import { describe, expect, it } from 'vitest';
import { brushWord, brushed, chosenRanges, frequentTokens, overRepresented, parseBrush } from './state-brush.ts';

const POINTS = {
  tokens: Uint32Array.from({ length: 20 }, (_, i) => i),
  x: Float32Array.from({ length: 20 }, (_, i) => i),
  y: new Float32Array(20),
};
const TEXT = { tokens: Uint32Array.from({ length: 20 }, (_, i) => (i < 8 ? 0 : 1 + (i % 2))), table: ['a', 'b', 'c'] };
const BRUSH = { left: -0.5, right: 9.5, bottom: -1, top: 1 };

describe('a rectangle', () => {
  it('is a word of the link', () => {
    expect(parseBrush(brushWord(BRUSH))).toEqual(BRUSH);
    expect(parseBrush('3 4 1 2')).toEqual({ left: 1, right: 3, bottom: 2, top: 4 });
    expect([parseBrush(''), parseBrush('1 2 3'), parseBrush('1 2 3 x')]).toEqual([null, null, null]);
  });

  it('holds the points within it, and no missing one', () => {
    const chosen = brushed({ x: Float32Array.of(0, 10, NaN), y: Float32Array.of(0, 0, 0) }, BRUSH);
    expect([...chosen]).toEqual([1, 0, 0]);
  });
});

describe('chosen states', () => {
  const chosen = brushed(POINTS, BRUSH);

  it('list their most frequent tokens', () => {
    const shares = frequentTokens(POINTS, chosen, TEXT, 2);
    expect(shares.map(({ name, inside, all }) => [name, inside, all])).toEqual([
      ['a', 8, 8],
      ['b', 1, 6],
    ]);
  });

  it('name what is more frequent among them than chance explains', () => {
    const early = { name: 'early', has: (token: number) => token < 8 };
    const even = { name: 'even', has: (token: number) => token % 2 === 0 };
    const all = { name: 'all', has: () => true };
    const shares = overRepresented(POINTS, chosen, [even, all, early], 5);
    expect(shares.map(({ name }) => name)).toEqual(['early']);
    expect([shares[0].inside, shares[0].all, shares[0].ratio]).toEqual([8, 8, 2]);
    // Hypergeometric: mean 4, variance 10 x 0.4 x 0.6 x 10 / 19.
    expect(shares[0].score).toBeCloseTo(4 / Math.sqrt((10 * 0.4 * 0.6 * 10) / 19));
  });

  it('are marked as ranges of tokens', () => {
    const { first, end } = chosenRanges({ tokens: Uint32Array.of(2, 3, 5, 6, 9) }, Uint8Array.of(1, 1, 1, 0, 1));
    expect([[...first], [...end]]).toEqual([
      [2, 5, 9],
      [4, 6, 10],
    ]);
  });

  it('that are none have nothing', () => {
    const none = new Uint8Array(20);
    expect(frequentTokens(POINTS, none, TEXT, 3)).toEqual([]);
    expect(overRepresented(POINTS, none, [{ name: 'all', has: () => true }], 3)).toEqual([]);
  });
});
