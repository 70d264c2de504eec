import { expect, it } from 'vitest';
import { readWish, writeWish } from './link.ts';
import type { Wish } from './settle.ts';

it.each<Wish>([
  { run: 'a', step: -1, compare: { run: 'b', step: 'same' }, probe: 'p', layer: 'l/1', quantity: 'q', unit: 0, feature: ' ' },
  { run: undefined, step: 'last', compare: null, probe: undefined, layer: undefined, quantity: undefined, unit: undefined, feature: '' },
  { run: 'a', step: 12, compare: { run: 'a', step: 3 }, probe: undefined, layer: undefined, quantity: undefined, unit: 9, feature: undefined },
])('a wish comes back from its link: %o', (wish) => {
  expect(readWish(writeWish(wish))).toEqual(wish);
});

it('a link with nonsense in it is read as far as it makes sense', () => {
  expect(readWish({ step: 'x', unit: '-3', layer: 'l', compare: 'b', comparestep: '' })).toMatchObject({ step: undefined, unit: undefined, layer: 'l', compare: { run: 'b', step: 'last' } });
});
