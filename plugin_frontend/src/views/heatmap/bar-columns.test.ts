import { describe, expect, it } from 'vitest';
import type { Relevance } from '../../data/types.ts';
import { finding } from '../../state/fixtures.ts';
import { barColumns, barRange, type Evidence } from './bar-columns.ts';
import { orderRows, sortingColumn } from './row-order.ts';

const KNOWN: Record<string, number[]> = {
  'space effect': [0.5, -3, 2],
  'space q': [0.2, 0.001, 0.04],
  'space auc': [0.5, 0.1, 0.8],
  'verb effect': [1, 0, 0.5],
  'verb q': [0.001, 0.9, 0.9],
};
const relevance: Relevance = {
  features: ['space', 'verb'],
  statistics: ['effect', 'q'],
  units: 3,
  get: (feature, statistic) => Float32Array.from(KNOWN[`${feature} ${statistic}`] ?? []),
};
const evidence: Evidence = {
  relevance,
  hypotheses: [],
  layer: 'lstm',
  quantity: 'hidden_state',
  units: 3,
  difference: false,
};
const bars = barColumns(evidence, ['space', 'verb'], 'effect');
const chances = (column: { chance(unit: number): boolean }) => [0, 1, 2].map((unit) => column.chance(unit));

describe('columns of bars', () => {
  it('are one a feature, all on the same limits', () => {
    expect(bars.map(({ feature, low, high }) => [feature, low, high])).toEqual([
      ['space', -3, 3],
      ['verb', -3, 3],
    ]);
  });

  it('know what chance gives, each feature for itself', () => {
    expect(bars.map(chances)).toEqual([
      [true, false, false],
      [false, true, true],
    ]);
    expect(chances(barColumns({ ...evidence, difference: true }, ['space'], 'effect')[0])).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('are not there for a feature of which nothing is known', () => {
    expect(barColumns(evidence, ['space', 'noun'], 'effect')).toHaveLength(1);
    expect(barColumns({ ...evidence, relevance: null }, ['space'], 'effect')).toEqual([]);
  });

  it('have the units that were found of a feature that was typed', () => {
    const typed = finding({ feature: 'the', layer: 'lstm', quantity: 'hidden_state', unit: 2, effect: 4, q: 0.01 });
    const [column] = barColumns(
      { ...evidence, hypotheses: [typed, { ...typed, layer: 'gru', unit: 0 }] },
      ['the'],
      'effect',
    );
    expect([...column.values]).toEqual([NaN, NaN, 4]);
  });
});

describe('the order of rows', () => {
  it('follows the feature asked for, the first one otherwise', () => {
    const order = (by: string) => [...orderRows(3, bars, { order: 'statistic', by }, null)!];
    expect([order(''), order('verb'), order('gone')]).toEqual([
      [1, 2, 0],
      [0, 2, 1],
      [1, 2, 0],
    ]);
    expect(sortingColumn(bars, { order: 'number', by: 'verb' })).toBe(-1);
  });

  it('has the smallest chance and the area furthest from one half first', () => {
    const order = (statistic: string) => [
      ...orderRows(3, barColumns(evidence, ['space'], statistic), { order: 'statistic', by: '' }, null)!,
    ];
    expect([order('q'), order('auc')]).toEqual([
      [1, 2, 0],
      [1, 2, 0],
    ]);
  });

  it('is by number where nothing is known, or similarity is not known yet', () => {
    expect(orderRows(3, [], { order: 'statistic', by: '' }, null)).toBeNull();
    expect(orderRows(3, bars, { order: 'similarity', by: '' }, null)).toBeNull();
    expect(orderRows(3, bars, { order: 'similarity', by: '' }, Uint32Array.of(1))).toBeNull();
    expect([...orderRows(3, bars, { order: 'similarity', by: '' }, Uint32Array.of(2, 0, 1))!]).toEqual([2, 0, 1]);
  });
});

it('limits are fixed for shares, around one half for the area, else from 0 up or the same to both sides', () => {
  expect(barRange([Float32Array.of(0.1)], 'relevance')).toEqual({ low: 0, high: 1, zero: 0 });
  expect(barRange([Float32Array.of(0.1)], 'auc')).toEqual({ low: 0, high: 1, zero: 0.5 });
  expect(barRange([Float32Array.of(0.5, 2, NaN)], 'score')).toEqual({ low: 0, high: 2, zero: 0 });
  expect(barRange([Float32Array.of(-3, 2)], 'effect')).toEqual({ low: -3, high: 3, zero: 0 });
  expect(barRange([Float32Array.of(0)], 'score')).toEqual({ low: 0, high: 1, zero: 0 });
  expect(barRange([Float32Array.of(0.2)], 'relevance', true)).toEqual({
    low: expect.closeTo(-0.2),
    high: expect.closeTo(0.2),
    zero: 0,
  });
});
