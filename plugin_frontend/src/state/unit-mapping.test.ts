import { expect, it } from 'vitest';
import { unitMappingOf } from './unit-mapping.ts';

const matched = unitMappingOf({
  partner: [2, null, 0],
  correlation: [],
  margin: [],
  quality: 1,
  signed: true,
  otherUnits: 3,
  tokens: 1,
});

it('units are numbered as A numbers their matches', () => {
  expect([0, 1, 2].map((unit) => matched.fromA(unit))).toEqual([2, null, 0]);
  expect([0, 1, 2].map((unit) => matched.toA(unit))).toEqual([2, null, 0]);
});

it('keep their numbers where nothing is matched', () => {
  const same = unitMappingOf(null);
  expect([same.toA(1), same.fromA(1)]).toEqual([1, 1]);
});
