import { describe, expect, it } from 'vitest';
import { visible } from '../../state/visible-characters.ts';
import { findSetting, isGap, measureTokens, Trait } from './tokens.ts';

describe('how a text is set', () => {
  it.each<[string, string[], boolean, boolean]>([
    ['characters', ['a', ' ', '\n', '😀'], true, false],
    ['characters with a few marks', [...'abcdefghijklmnopqrstuvwxyz', '<unk>'], true, false],
    ['words', ['the', 'cat', '.', '\n'], false, true],
    ['words with white space of their own', ['the', ' cat', '.'], false, false],
    ['words and spaces', ['the', ' ', 'cat'], false, false],
    ['nothing', [], false, true],
  ])('%s', (_, table, characters, gaps) => {
    expect(findSetting(table)).toMatchObject({ characters, gaps });
  });

  it('puts no gap before a closing mark', () => {
    const { traits } = findSetting(['word', '.', '(']);
    expect([...traits].map((trait) => trait & Trait.Glued)).toEqual([0, Trait.Glued, 0]);
  });
});

it.each([
  ['▁Count ▁Ro stov', [true, false]],
  ['the tr ##ick ##s .', [true, false, false, false]],
  ['Count Ro@@ stov said', [true, false, true]],
  ['Count</w> Ro stov</w> said</w>', [true, false, true]],
  ['ĠCount ĠRo stov', [true, false]],
  ['a # b ## c', [true, true, true, true]],
])('the pieces of a word stand together in %j', (text, gaps) => {
  const table = text.split(' ');
  const setting = findSetting([...table, 'further', 'words']);
  expect(table.slice(1).map((_, i) => isGap(setting, i, i + 1))).toEqual(gaps);
});

it('characters have whole cells, whatever their font says', () => {
  const table = ['a', ' ', '\n', '語', '\u0301'];
  const measure = (text: string) => ({ '0': 8, a: 8, 語: 15, '\u0301': 0 })[text] ?? 8;
  expect([...measureTokens(table, { characters: true, gaps: false, traits: new Uint16Array(5) }, measure)]).toEqual([
    8, 8, 8, 16, 8,
  ]);
});

it.each([
  [' ', '␣'],
  ['\n', '⏎'],
  ['\t', '→'],
  ['a b\n', 'a␣b⏎'],
  ['', '∅'],
  ['\0', '␀'],
  ['é', 'é'],
])('%j is said as %s', (token, sign) => {
  expect(visible(token)).toBe(sign);
});
