import { expect, it } from 'vitest';
import { chance, counted, figure, short, tokenName } from './format.ts';

it.each([
  [0, '0.000'],
  [0.12345, '0.123'],
  [-2.214, '−2.21'],
  [123.4, '123'],
  [1e-5, '1.0e-5'],
  [NaN, '–'],
  [-Infinity, '−∞'],
])('%f is written %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

it('a sign is written where asked for', () => {
  expect([figure(1, true), figure(-1, true), figure(0, true)]).toEqual(['+1.00', '−1.00', '0.000']);
});

it.each([
  [0, '< 0.001'],
  [1, '1.000'],
  [1e-9, '< 0.001'],
  [0.99999, '> 0.999'],
  [0.5, '0.500'],
])('a probability of %f is written %s', (p, text) => {
  expect(chance(p)).toBe(text);
});

it.each([
  [{ lengths: [2000], labels: null }, 1234, 'token 1,234'],
  [{ lengths: [3, 4], labels: null }, 4, 'token 1 of sequence 1'],
  [{ lengths: [3, 0, 4], labels: ['a', 'b', 'c'] }, 3, 'token 0 of sequence 2, c'],
  [{ lengths: [3], labels: ['x'.repeat(99)] }, 0, `token 0, ${'x'.repeat(23)}…`],
])('a token of %o is named', (text, token, name) => {
  expect(tokenName(text, token)).toBe(name);
});

it('a long word is cut between its characters', () => {
  expect([short('word', 4), short('words', 4), short('😀'.repeat(9), 4)]).toEqual(['word', 'wor…', '😀😀😀…']);
});

it('one of a thing is one', () => {
  expect([counted(1, 'unit'), counted(0, 'unit'), counted(5000, 'unit')]).toEqual(['1 unit', '0 units', '5,000 units']);
});
