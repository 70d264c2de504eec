import { expect, it } from 'vitest';
import { hypothesis } from '../../state/fixtures.ts';
import { addUnits, MOST_STRIPS, unitsFound } from './units.ts';

it('finds the units of the feature, in this layer and quantity, strongest first', () => {
  const found = [
    hypothesis({ unit: 9 }),
    hypothesis({ unit: 7 }),
    hypothesis({ unit: 2, feature: 'comma' }),
    hypothesis({ unit: 3, layer: 'gru' }),
    hypothesis({ unit: 1 }),
    hypothesis({ unit: 9 }),
  ];
  expect(unitsFound(found, { layer: 'lstm', quantity: 'forget_gate', unit: 7, feature: 'space' })).toEqual([9, 1]);
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
