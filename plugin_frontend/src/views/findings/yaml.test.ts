import { expect, it } from 'vitest';
import { flow, mapping } from './yaml.ts';

it('strings are always between quotes', () => {
  expect(['yes', '1.5', 'null', '- a', '#', '&a', '!!python/object', ': ', '"', '\\', '', '1e3'].map(flow)).toEqual([
    '"yes"',
    '"1.5"',
    '"null"',
    '"- a"',
    '"#"',
    '"&a"',
    '"!!python/object"',
    '": "',
    '"\\""',
    '"\\\\"',
    '""',
    '"1e3"',
  ]);
});

it('what is no printable sign is escaped, what is one stands as it is', () => {
  expect(flow('a\nb\t\u0000\u007f\u0085\u00a0\u2028\u2029\ufeff\uffff\ud800')).toBe(
    '"a\\nb\\t\\u0000\\u007f\\u0085\\u00a0\\u2028\\u2029\\ufeff\\uffff\\ud800"',
  );
  expect(flow('“ä😀”')).toBe('"“ä😀”"');
});

it('numbers are read as numbers by YAML 1.1 too, and what is none is null', () => {
  expect([3, -0.5, 3e-9, 1.5e-12, 1e21, 0, NaN, Infinity, -Infinity].map(flow)).toEqual([
    '3',
    '-0.5',
    '3.0e-9',
    '1.5e-12',
    '1.0e+21',
    '0',
    'null',
    'null',
    'null',
  ]);
});

it('mappings and lists stand on one line, their keys as safe as their values', () => {
  expect(flow({ name: 'x', 'a: b': [1, true, null, { no: undefined }] })).toBe(
    '{name: "x", "a: b": [1, true, null, {"no": null}]}',
  );
});

it('a mapping has an entry a line', () => {
  expect(mapping({ a: 1, b: { c: 'd' } })).toBe('a: 1\nb: {c: "d"}\n');
});
