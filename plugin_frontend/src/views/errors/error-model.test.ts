import { describe, expect, it } from 'vitest';
import type { Errors } from '../../data/types.ts';
import { digest } from '../../state/fixtures.ts';
import { categoriesOf, errorTable, historyOf } from './error-model.ts';
import { errors } from './error-fixtures.ts';

describe('categoriesOf', () => {
  it('adds up the levels of a category, in the order of remedies', () => {
    expect(categoriesOf(errors()).map(({ name, count, share }) => [name, count, share])).toEqual([
      ['n-gram', 3, 0.75],
      ['rest', 1, 0.25],
      ['boost', 0, 0],
    ]);
  });
});

describe('historyOf', () => {
  it('splits the rate of errors by category', () => {
    const half: Errors = { ...errors(), errors: 2, shares: { 'n-gram': 0.5, rest: 0.5 } };
    const { steps, names, shares, rates } = historyOf([
      digest({ step: 0, errors: errors() }),
      digest({ step: 1 }),
      digest({ step: 2, errors: half }),
    ]);
    expect([steps, names]).toEqual([
      [0, 2],
      ['n-gram', 'rest', 'boost'],
    ]);
    expect(shares).toEqual([
      [0.375, 0.125],
      [0.125, 0.125],
      [0, 0],
    ]);
    expect(rates).toEqual([0.5, 0.25]);
  });

  it('is empty where nothing was predicted', () => {
    expect(historyOf([digest({ errors: { ...errors(), predicted: 0, errors: 0 } })]).steps).toEqual([]);
  });
});

it('numbers hold every slice, token, bin and region', () => {
  const numbers = errorTable(errors(), 'x');
  if (numbers.kind !== 'table') throw new Error('no table');
  expect(numbers.columns.map(({ name }) => name)).toEqual([
    'about',
    'name',
    'level',
    'count',
    'share',
    'network',
    'n-gram',
  ]);
  expect(numbers.columns[0].values).toEqual([
    'all',
    'anatomy',
    'anatomy',
    'anatomy',
    'token',
    'token',
    'closing bracket',
    'shared',
    'shared',
    'shared',
  ]);
  expect(numbers.columns[3].values).toEqual([4, 2, 1, 1, 9, 5, 6, 1, 2, 3]);
});
