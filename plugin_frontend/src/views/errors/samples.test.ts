import { describe, expect, it } from 'vitest';
import { NO_TOKEN, type TokenText } from '../../data/types.ts';
import { sampleAt } from './samples.ts';

const text = (words: string[], lengths: number[], more: Partial<TokenText> = {}): TokenText => {
  const table = [...new Set(words)];
  const tokens = Uint32Array.from(words, (word) => table.indexOf(word));
  return {
    lengths,
    consumed: null,
    labels: null,
    table,
    tokens,
    generated: false,
    promptTokens: 0,
    targetKind: 'next',
    target: null,
    masks: new Map(),
    errors: null,
    errorNames: [],
    surprisal: null,
    signal: null,
    columns: new Map(),
    outputs: null,
    ends: null,
    probability: Float32Array.from(tokens, (_, i) => i / 10),
    expected: tokens.map(() => 0),
    expectedProbability: Float32Array.from(tokens, () => 0.6),
    expectedCount: 1,
    ...more,
  };
};

describe('sampleAt', () => {
  it('tells what stands around an error, what came and what was expected one token before', () => {
    expect(sampleAt(text([...'abc def'], [7]), 4)).toMatchObject({
      before: 'abc ',
      token: 'd',
      after: 'ef',
      expected: 'a',
      expectedProbability: expect.closeTo(0.6),
    });
    expect(sampleAt(text([...'abc def'], [7]), 4)!.probability).toBeCloseTo(0.3);
  });

  it('stays in its sequence, at whose first token nothing was expected', () => {
    const sample = sampleAt(text([...'abcdef'], [3, 3]), 3)!;
    expect([sample.before, sample.after, sample.expected, sample.probability]).toEqual(['', 'ef', null, NaN]);
  });

  it('sets words apart', () => {
    expect(sampleAt(text(['the', 'cat', 'sat', '.'], [4]), 1)).toMatchObject({
      before: 'the ',
      token: 'cat',
      after: ' sat.',
    });
  });

  it('says nothing of what the text does not hold', () => {
    expect(sampleAt(text(['a', 'b'], [2]), 2)).toBeNull();
    const sample = sampleAt(
      text(['a', 'b'], [2], {
        probability: null,
        expected: Uint32Array.of(NO_TOKEN, NO_TOKEN),
        expectedProbability: null,
      }),
      1,
    )!;
    expect([sample.probability, sample.expected]).toEqual([NaN, null]);
  });
});
