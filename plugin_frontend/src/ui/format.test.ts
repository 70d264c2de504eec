import { expect, it } from 'vitest';
import { quoted } from '../state/visible-characters.ts';
import { formatPValue, numberedName, pluralize, formatNumber, truncate, tokenName } from './format.ts';

it.each([
  [0, '0.000'],
  [0.12345, '0.123'],
  [-2.214, '−2.21'],
  [123.4, '123'],
  [1e-5, '1.0e-5'],
  [NaN, '–'],
  [-Infinity, '−∞'],
])('%f is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

it('a sign is written where asked for', () => {
  expect([formatNumber(1, true), formatNumber(-1, true), formatNumber(0, true)]).toEqual(['+1.00', '−1.00', '0.000']);
});

it.each([
  [0, '< 0.001'],
  [1, '1.000'],
  [1e-9, '< 0.001'],
  [0.99999, '> 0.999'],
  [0.5, '0.500'],
])('a probability of %f is written %s', (p, text) => {
  expect(formatPValue(p)).toBe(text);
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
  expect([truncate('word', 4), truncate('words', 4), truncate('😀'.repeat(9), 4)]).toEqual(['word', 'wor…', '😀😀😀…']);
});

it('one of a thing is one', () => {
  expect([pluralize(1, 'unit'), pluralize(0, 'unit'), pluralize(5000, 'unit')]).toEqual([
    '1 unit',
    '0 units',
    '5,000 units',
  ]);
});

it('sequences have numbers, also where their labels are equal', () => {
  expect([0, 1].map((i) => numberedName({ labels: ['great', 'great'] }, i))).toEqual(['0 · great', '1 · great']);
  expect([numberedName({ labels: null }, 7), numberedName({ labels: ['', 'a'] }, 0)]).toEqual(['7', '0']);
});

it('names have one pair of quotation marks', () => {
  expect([quoted('space'), quoted('“great”')]).toEqual(['“space”', '“great”']);
});
