import { expect, it } from 'vitest';
import { featureOf } from './feature-query.ts';

const table = ['the', ' ', 'a"b'];
const read = (typed: string) => JSON.parse(featureOf(typed, table));

it('text that is a token is that token', () => {
  expect(read('the')).toEqual({ name: '“the”', kind: 'literal', text: 'the' });
  expect(read('a"b')).toEqual({ name: '“a"b”', kind: 'literal', text: 'a"b' });
});

it('blanks can be seen in its name', () => {
  expect(read(' ')).toEqual({ name: '“␣”', kind: 'literal', text: ' ' });
});

it('other text is looked for in the running text, sign by sign', () => {
  expect(read('(a.b)*')).toEqual({ name: '“(a.b)*”', kind: 'regex', pattern: '\\(a\\.b\\)\\*', over: 'text' });
});

it('text between slashes is a regular expression', () => {
  expect(read('/the|a/')).toEqual({ name: '/the|a/', kind: 'regex', pattern: 'the|a', over: 'text' });
  expect(read('//').kind).toBe('regex');
  expect(read('/').pattern).toBe('/');
});

it.each([
  ['{kind: digit}', '{"name": "{kind: digit}", kind: digit}'],
  ['kind: digit', '{"name": "kind: digit", kind: digit}'],
  ['- {name: x, kind: digit}', '{"name": "{name: x, kind: digit}", name: x, kind: digit}'],
  ['{"kind": "digit"}', '{"name": "{\\"kind\\": \\"digit\\"}", "kind": "digit"}'],
])('%s is YAML with a name', (typed, sent) => {
  expect(featureOf(typed, table)).toBe(sent);
});
