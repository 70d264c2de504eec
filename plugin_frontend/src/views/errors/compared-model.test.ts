import { describe, expect, it } from 'vitest';
import type { Errors } from '../../data/types.ts';
import { change, compare, comparedErrorTable } from './compared-model.ts';
import { errors } from './error-fixtures.ts';

const better: Errors = {
  ...errors(),
  errors: 2,
  shares: { rest: 1 },
  slices: [{ category: 'rest', level: null, count: 2, share: 1, positions: [1, 7] }],
  gain: [
    { token: ' ', count: 5, network: 0.7, ngram: 0.4 },
    { token: '<b>', count: 9, network: 0.95, ngram: 0.2 },
    { token: 'x', count: 1, network: 1, ngram: 1 },
  ],
};
const rows = compare([errors(), better]);
const row = (name: string) => rows.find((one) => one.name === name)!;

describe('errors of two recordings', () => {
  it('are shares of all tokens, so that they can be subtracted', () => {
    expect(row('errors').values).toEqual([0.5, 0.25]);
    expect([row('n-gram').values, change(row('n-gram'))]).toEqual([[0.375, NaN], NaN]);
    expect([row('rest').values, change(row('rest'))]).toEqual([[0.125, 0.25], 0.125]);
  });

  it('have tokens of which both say something, those that differ most first', () => {
    expect(rows.filter(({ about }) => about === 'token').map(({ name, values }) => [name, ...values])).toEqual([
      [' ', 0.1, 0.7],
      ['<b>', 0.9, 0.95],
    ]);
  });

  it('have closing brackets by distance', () => {
    expect(rows.filter(({ about }) => about === 'closing bracket')).toEqual([
      { about: 'closing bracket', name: '1', values: [0.8, 0.8] },
    ]);
  });

  it('leave as a table, with the difference of two', () => {
    const two = comparedErrorTable(rows, ['A', 'B']);
    if (two.kind !== 'table') throw new Error('a table');
    expect(two.columns.map(({ name }) => name)).toEqual(['about', 'name', 'A', 'B', 'B - A']);
    expect(Array.from(two.columns[4].values).slice(0, 2)).toEqual([-0.25, null]);
    expect(comparedErrorTable(compare([better, better, better]), ['A', 'B', 'C'])).toMatchObject({
      columns: { length: 5 },
    });
  });
});
