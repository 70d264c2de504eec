import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { Missing, type Activity } from '../../data/types.ts';
import type { Loadable } from '../../state/store.ts';
import { someRows, whyNotAll } from './some-rows.ts';

const alone = (unit: number): Activity => ({
  lengths: [2],
  matrix: {
    rows: 9,
    columns: 2,
    scale: new Float32Array(9),
    codes: null,
    row: (r) => new Float32Array(2).fill(r === unit ? r : NaN),
    missing: (r) => (r === unit ? Missing.No : Missing.Masked),
  },
});
const sources = (change: Record<number, Loadable<Activity>> = {}) => ({
  unitOf: (_: string, unit = 0) => signal<Loadable<Activity>>(change[unit] ?? { state: 'ready', value: alone(unit) }),
});

it('too many values to read at once are said, with their numbers', () => {
  expect(whyNotAll(512, 20_000)).toBeNull();
  expect(whyNotAll(4096, 20_000)).toContain('4,096 units by 20,000 tokens');
});

it('rows that were read one by one make one matrix; others are missing', () => {
  const some = someRows(sources(), 'hidden_state', [3, 7], 9);
  if (some.state !== 'ready') throw new Error('it should be ready');
  const { matrix } = some.value;
  expect([matrix.rows, [...matrix.row(3)], [...matrix.row(7)], [...matrix.row(4)]]).toEqual([
    9,
    [3, 3],
    [7, 7],
    [NaN, NaN],
  ]);
  expect([matrix.missing(7, 0), matrix.missing(4, 0)]).toEqual([Missing.No, Missing.Masked]);
});

it('it is there when all rows are, and old while one of them is', () => {
  expect(someRows(sources({ 7: { state: 'loading', stale: null } }), 'h', [3, 7], 9)).toEqual({
    state: 'loading',
    stale: null,
  });
  expect(someRows(sources({ 7: { state: 'loading', stale: alone(7) } }), 'h', [3, 7], 9)).toMatchObject({
    state: 'loading',
    stale: { lengths: [2] },
  });
  expect(someRows(sources({ 7: { state: 'empty', why: 'no' } }), 'h', [3, 7], 9)).toEqual({
    state: 'empty',
    why: 'no',
  });
});
