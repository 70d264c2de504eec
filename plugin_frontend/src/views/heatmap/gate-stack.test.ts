import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { Missing, type Activity, type QuantityInfo } from '../../data/types.ts';
import { digest } from '../../state/fixtures.ts';
import { testRecording, testStore } from '../../state/test-store.ts';
import type { Loadable } from '../../state/store.ts';
import { keyOf, orderQuantities, stackedAt, stackOf } from './gate-stack.ts';

const quantities: QuantityInfo[] = [
  { quantity: 'hidden_state', role: null },
  { quantity: 'cell_state', role: null },
  { quantity: 'input_gate', role: 'write' },
  { quantity: 'forget_gate', role: 'retain' },
];
const row = (value: number): Loadable<Activity> => ({
  state: 'ready',
  value: {
    lengths: [1],
    matrix: {
      rows: 9,
      columns: 1,
      scale: new Float32Array(9),
      codes: null,
      row: (unit) => Float32Array.of(unit === 7 ? value : NaN),
      missing: () => Missing.No,
    },
  },
});
const sources = (difference = false) =>
  testRecording({
    difference,
    unitOf: (quantity, unit) =>
      signal<Loadable<Activity>>(
        quantity === 'cell_state' ? { state: 'loading', stale: null } : row(unit === 7 ? 0.5 : -1),
      ),
  });
const ranges = {
  lstm: {
    hidden_state: { low: -1, high: 1, limit: 0.75, missing: 0 },
    cell_state: { low: -9, high: 5, limit: 6, missing: 0 },
  },
};
const stack = (difference = false) =>
  stackOf({
    sources: sources(difference),
    layer: 'lstm',
    unit: 7,
    quantities,
    digests: [digest({ ranges })],
    colorsOf: (quantity) => testStore().colors.ofQuantity(sources(difference), quantity),
  });

it('gates stand over what they steer, the hidden state last', () => {
  expect(orderQuantities(quantities).map(({ quantity }) => quantity)).toEqual([
    'input_gate',
    'forget_gate',
    'cell_state',
    'hidden_state',
  ]);
});

it('each has its label with its role, and limits of its own', () => {
  expect(stack().map(({ label }) => label)).toEqual([
    'input gate · write',
    'forget gate · retain',
    'cell state ± 6.00',
    'hidden state ± 0.750',
  ]);
  expect(stack().map(({ colors: { low, high, diverging } }) => [low, high, diverging])).toEqual([
    [0, 1, false],
    [0, 1, false],
    [-6, 6, true],
    [-0.75, 0.75, true],
  ]);
  expect(stack(true).map(({ colors: { low, high } }) => [low, high])).toEqual([
    [-0.5, 0.5],
    [-0.5, 0.5],
    [-6, 6],
    [-0.75, 0.75],
  ]);
});

it('has the values of the chosen unit, null while they are on their way', () => {
  expect(stack().map(({ values }) => values && [...values])).toEqual([[0.5], [0.5], null, [0.5]]);
});

it('rows are numbered below the units', () => {
  const rows = stack();
  expect(rows.map((one, index) => stackedAt(rows, keyOf(index)) === one)).toEqual([true, true, true, true]);
  expect(stackedAt(rows, 0)).toBeUndefined();
});
