import { expect, it } from 'vitest';
import { bestStretch } from './best-stretch.ts';

const TOKENS = 1000;
const matches = (token: number) => (token % 100 < 20 ? 1 : 0);
const mask = Uint8Array.from({ length: TOKENS }, (_, token) => matches(token));
/** Follows the feature from token 600 to 700 alone. */
const values = Float32Array.from({ length: TOKENS }, (_, token) =>
  token >= 600 && token < 700 ? matches(token) - 0.5 : token % 7 === 0 ? 0.2 : 0,
);

it('the best stretch is the one in which the unit follows the feature', () => {
  const [first, end] = bestStretch(values, mask, 1)!;
  expect(end - first).toBeLessThan(120);
  expect(Math.min(end, 700) - Math.max(first, 600)).toBeGreaterThan(80);
});

it('a unit that is low at matches shows best where it is', () => {
  expect(
    bestStretch(
      values.map((value) => -value),
      mask,
      -1,
    ),
  ).toEqual(bestStretch(values, mask, 1));
});

it('values that are not finite and a large mean do not count', () => {
  const shifted = values.map((value) => value + 1e4);
  shifted[3] = NaN;
  shifted[4] = Infinity;
  const [first, end] = bestStretch(shifted, mask, 1)!;
  expect(Math.min(end, 700) - Math.max(first, 600)).toBeGreaterThan(80);
});

it('there is none where the feature matches no token, or all, or nothing agrees', () => {
  expect(bestStretch(values, new Uint8Array(TOKENS), 1)).toBeNull();
  expect(bestStretch(values, new Uint8Array(TOKENS).fill(1), 1)).toBeNull();
  expect(bestStretch(new Float32Array(TOKENS), mask, 1)).toBeNull();
  expect(bestStretch(new Float32Array(0), new Uint8Array(0), 1)).toBeNull();
});

it('a short text is one stretch', () => {
  expect(bestStretch(Float32Array.of(0, 1, 0), Uint8Array.of(0, 1, 0), 1)).toEqual([0, 3]);
});
