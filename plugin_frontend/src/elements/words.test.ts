import { expect, it } from 'vitest';
import { chance, epochName, figure } from './words.ts';

it.each([[0, '0.000'], [0.12345, '0.123'], [-2.214, '−2.21'], [123.4, '123'], [1e-5, '1.0e-5'], [NaN, '–'], [-Infinity, '−∞']])('%f is written %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

it('a sign is written where asked for', () => {
  expect([figure(1, true), figure(-1, true), figure(0, true)]).toEqual(['+1.00', '−1.00', '0.000']);
});

it.each([[0, '0.000'], [1, '1.000'], [1e-9, '< 0.001'], [0.99999, '> 0.999'], [0.5, '0.500']])('a probability of %f is written %s', (p, text) => {
  expect(chance(p)).toBe(text);
});

it('a recording before the first epoch is called that', () => {
  expect([epochName(-1), epochName(0)]).toEqual(['before training', 'epoch 0']);
});
