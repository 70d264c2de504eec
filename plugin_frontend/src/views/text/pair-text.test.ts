import { describe, expect, it } from 'vitest';
import { NO_TOKEN } from '../../data/types.ts';
import { testText } from '../../state/test-store.ts';
import { TokenRole } from '../../ui/draw/text-picture.ts';
import { pairText } from './pair-text.ts';

const source = testText([...'abcd'], { lengths: [3, 1] });
// Reads x y, then y; the log expects y x, then x, and y y, then nothing was due.
const target = testText([...'xyy'], {
  lengths: [2, 1],
  target: Uint32Array.of(1, 1, NO_TOKEN),
  expected: Uint32Array.of(1, 0, 0, 1, 0, 1),
  expectedCount: 2,
});
const texts = { source, target };
const wordsOf = ({ printed }: ReturnType<typeof pairText>) => Array.from(printed.tokens, (id) => printed.table[id]);

describe('the text of a pair', () => {
  const pair = pairText('target', texts, true);

  it('has source, target and output of one pair after another', () => {
    expect(wordsOf(pair).join('')).toBe('abcxyyxdyx');
    expect(pair.printed.lengths).toEqual([3, 2, 2, 1, 1, 1]);
    expect(pair.printed.labels).toEqual(['source 0', 'target', 'output', 'source 1', 'target', 'output']);
    expect(pair.printed.titles!.at(-1)).toBe('Output of pair 1');
  });

  it('has no output without predictions, and in a difference', () => {
    expect(pairText('target', texts, false).printed.lengths).toEqual([3, 2, 1, 1]);
    const plain = { source, target: { ...target, expected: null, expectedCount: 0 } };
    expect(pairText('source', plain, true).lines).toBe(2);
  });

  it('marks an output that is not the token that was due', () => {
    const { Colored, Plain, Muted, Wrong } = TokenRole;
    expect([...pair.roles]).toEqual([Plain, Plain, Plain, Colored, Colored, Muted, Wrong, Plain, Colored, Muted]);
    expect([...pairText('source', texts, true).roles.slice(0, 5)]).toEqual([Colored, Colored, Colored, Plain, Plain]);
  });

  it('finds tokens of either side, and the step of an output', () => {
    expect([pair.indexOf(2), pair.indexOf(3, 'source'), pair.indexOf(1, 'output')]).toEqual([8, 7, 6]);
    expect([4, 6, 7].map((index) => pair.tokenOf('target', index))).toEqual([1, 1, null]);
    expect(pair.tokenOf('source', 7)).toBe(3);
    expect([0, 3, 4, 8, 10].map((index) => pair.countBefore(index))).toEqual([0, 0, 1, 2, 3]);
    expect(pair.stepOf('source', 3)).toEqual([1, 0]);
  });

  it('has values of one side at its tokens alone', () => {
    expect([...pair.spread(Float32Array.of(1, 2, 3), NaN)]).toEqual([NaN, NaN, NaN, 1, 2, NaN, NaN, NaN, 3, NaN]);
    expect([...pair.spread(Uint8Array.of(0, 1, 1), 0)]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
    const weights = pair.weightsAt('source', 0, [0.5, 0.25]);
    expect([...weights.slice(0, 4)]).toEqual([0.5, 0.25, NaN, NaN]);
  });

  it('leaves out the padding of either side', () => {
    const padded = pairText(
      'source',
      {
        source: testText([...'abPPdPPP'], { lengths: [4, 4], consumed: [2, 1] }),
        target: testText([...'xyPyPP'], {
          lengths: [3, 3],
          consumed: [2, 0],
          expected: Uint32Array.of(1, 0, 2, 1, 0, 2),
          expectedCount: 1,
        }),
      },
      true,
    );
    // A sequence that no layer consumed at all stays as it is.
    expect(wordsOf(padded).join('')).toBe('abxyyxdyPPyxP');
    expect(padded.printed.lengths).toEqual([2, 2, 2, 1, 3, 3]);
    const values = padded.spread(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), NaN);
    expect([...values.slice(0, 7)]).toEqual([1, 2, NaN, NaN, NaN, NaN, 5]);
    expect([...padded.weightsAt('source', 0, [0.5, 0.25, 0.125, 0.125])].slice(0, 3)).toEqual([0.5, 0.25, NaN]);
    expect([2, 3, 4].map((token) => padded.indexOf(token))).toEqual([1, 1, 6]);
    expect([2, 7].map((index) => padded.countBefore(index))).toEqual([4, 8]);
  });

  it('is made once for the same texts', () => {
    const fresh = pairText('target', texts, true);
    expect(pairText('target', { ...texts }, true)).toBe(fresh);
    expect(pairText('target', { ...texts, source: testText(['a'], { lengths: [1] }) }, true)).not.toBe(fresh);
  });
});
