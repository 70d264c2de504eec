import { expect, it } from 'vitest';
import { associationOf, findStatistic, sortOrder, STATISTICS } from './statistics.ts';

it('an association has a value for every statistic', () => {
  const association = associationOf((name) => name.length);
  expect(Object.keys(association)).toEqual(STATISTICS.map(({ name }) => name));
  expect(association.q).toBe(1);
});

it.each(STATISTICS)('$name is explained in one sentence', ({ label, help }) => {
  expect(label).not.toBe('');
  expect(help).toMatch(/^[A-Z].{10,120}[^.]$/);
});

it('a statistic is found by its name', () => {
  expect(findStatistic('auc')?.label).toBe('AUC');
  expect(findStatistic('toString')).toBeNull();
});

it('the smallest probability, the largest number and the largest absolute value come first', () => {
  expect(['q', 'score', 'effect'].map((name) => sortOrder(findStatistic(name)!.format))).toEqual([
    'ascending',
    'descending',
    'size',
  ]);
});
