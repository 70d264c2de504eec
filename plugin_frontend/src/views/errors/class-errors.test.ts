import { expect, it } from 'vitest';
import { NO_TOKEN } from '../../data/types.ts';
import { testText } from '../../state/test-store.ts';
import { classErrors } from './class-errors.ts';

it('sequences whose most probable class is not theirs are wrong', () => {
  const none = NO_TOKEN;
  const text = {
    ...testText([...'abcd'], { labels: ['first', 'second'] }),
    lengths: [2, 2],
    table: ['a', 'b', 'c', 'd', 'good', 'bad'],
    targetKind: 'sequence' as const,
    target: Uint32Array.of(none, 4, none, 5),
    expected: Uint32Array.of(none, none, 4, 5, none, none, 4, 5),
    expectedCount: 2,
    probability: Float32Array.of(NaN, 0.75, NaN, 0.25),
  };
  const { predicted, wrong } = classErrors(text);
  expect(predicted).toBe(2);
  expect(wrong.map(({ token, target, expected, probability }) => [token, target, expected, probability])).toEqual([
    [3, 'bad', 'good', 0.25],
  ]);
  expect(wrong[0].name).toContain('second');
  expect(classErrors(null).predicted).toBe(0);
});
