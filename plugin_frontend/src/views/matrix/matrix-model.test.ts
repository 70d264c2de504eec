import { describe, expect, it } from 'vitest';
import { startOf } from '../../state/named-matrices.ts';
import { testText } from '../../state/test-store.ts';
import { namesOf, tokensOf } from './matrix-model.ts';

const side = (size: number) => ({ axis: 'tokens', size, length: size, names: null });

describe('names of a matrix', () => {
  it('are tokens of the sequence, white space as signs', () => {
    const text = testText([...'a bcd'], { lengths: [3, 2] });
    expect(tokensOf(text, 0)).toEqual(['a', '␣', 'b']);
    expect([tokensOf(text, 1), startOf(text, 1), tokensOf(text, 2)]).toEqual([['c', 'd'], 3, null]);
  });

  it('are their own, or tokens, or numbers', () => {
    expect(namesOf({ ...side(2), names: ['past', 'now'] }, ['a', 'b'])).toEqual(['past', 'now']);
    expect(namesOf(side(3), ['a', 'b'])).toEqual(['a', 'b', '2']);
  });
});
