import { describe, expect, it } from 'vitest';
import { chooseColumns, columnOf, columnsOf, tokenAt, tokensOf } from './heatmap-columns.ts';

const matches = chooseColumns(Uint8Array.of(0, 1, 0, 1, 0, 1), 6, 'space', 'matches');
const all = chooseColumns(null, 6, 'space', 'all');

describe('columns', () => {
  it('are the tokens where the feature matches', () => {
    expect([matches.count, [0, 1, 2, 3].map((column) => tokenAt(matches, column)), matches.note]).toEqual([
      3,
      [1, 3, 5, null],
      null,
    ]);
    expect([3, 2, 9].map((token) => columnOf(matches, token))).toEqual([1, null, null]);
  });

  it('are all tokens on request', () => {
    expect([all.count, tokenAt(all, 5), tokenAt(all, 6), columnOf(all, 5), columnOf(all, 6)]).toEqual([
      6,
      5,
      null,
      5,
      null,
    ]);
  });

  it('are all tokens, and it is said why, where nothing matches or the log does not tell', () => {
    expect(chooseColumns(new Uint8Array(4), 4, 'space', 'matches').note).toBe(
      '“space” matches no token: all tokens are shown.',
    );
    expect(chooseColumns(null, 4, 'space', 'matches').note).toContain('not in the log');
    expect(chooseColumns(new Uint8Array(9), 4, 'space', 'matches').count).toBe(4);
  });
});

describe('a stretch of tokens', () => {
  it('covers the columns of its tokens, none where none of them stands here', () => {
    expect(columnsOf(matches, [2, 6])).toEqual([1, 3]);
    expect(columnsOf(matches, [2, 3])).toBeNull();
    expect(columnsOf(all, [4, 99])).toEqual([4, 6]);
    expect(columnsOf(all, null)).toBeNull();
  });

  it('comes back from the columns', () => {
    expect([tokensOf(matches, [1, 3]), tokensOf(all, [2, 3])]).toEqual([
      [3, 6],
      [2, 3],
    ]);
  });
});
