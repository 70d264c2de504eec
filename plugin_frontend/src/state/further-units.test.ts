import { expect, it } from 'vitest';
import { finding } from './fixtures.ts';
import { addUnits, MOST_STRIPS, unitsFound } from './further-units.ts';

it('finds the units of the feature, in this layer and quantity, strongest first', () => {
  const findings = [
    finding({ unit: 9 }),
    finding({ unit: 7 }),
    finding({ unit: 2, feature: 'comma' }),
    finding({ unit: 3, layer: 'gru' }),
    finding({ unit: 1 }),
    finding({ unit: 9 }),
  ];
  expect(unitsFound(findings, { layer: 'lstm', quantity: 'forget_gate', unit: 7, feature: 'space' })).toEqual([9, 1]);
});

it('adds units once, and not the one chosen', () => {
  expect(addUnits([3, 4], [4, 5, 6], 5)).toEqual([3, 4, 6]);
  expect(
    addUnits(
      [],
      Array.from({ length: 20 }, (_, i) => i),
      0,
    ),
  ).toHaveLength(MOST_STRIPS);
});
