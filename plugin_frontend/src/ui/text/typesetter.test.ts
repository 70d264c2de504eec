import { expect, it } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { sequenceNames } from '../format.ts';
import { Typesetter } from './typesetter.ts';

const text = (words: string, labels: string[] | null = null) => testText([...words], { labels });

it('sequences have labels, or else numbers; one alone needs none', () => {
  expect(sequenceNames({ lengths: [3, 4], labels: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(sequenceNames({ lengths: [3, 4], labels: ['a', ''] })).toEqual(['a', '1']);
  expect(sequenceNames({ lengths: [3, 4], labels: null })).toEqual(['0', '1']);
  expect([sequenceNames({ lengths: [3], labels: ['a'] }), sequenceNames({ lengths: [3], labels: null })]).toEqual([
    ['a'],
    null,
  ]);
});

it('the same text in the same room is set once, whoever asks', () => {
  const typesetter = new Typesetter();
  const [a, b] = [text('it was'), text('it was')];
  const done = typesetter.set(a, 400);
  expect(typesetter.set(b, 400)).toBe(done);
  expect(typesetter.set(text('it is'), 400)).not.toBe(done);
  expect(typesetter.set(a, 300)).not.toBe(done);
  expect(typesetter.set(b, 400)).toBe(done);
});
