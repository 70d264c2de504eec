import { expect, it } from 'vitest';
import { axisWords, stepRangesOf } from './axis.ts';

const epoch = axisWords(undefined);
const batch = axisWords('batch');

it('steps are called after what they count', () => {
  expect([epoch.name(3), batch.name(500), batch.name(-1)]).toEqual(['epoch 3', 'batch 500', 'before training']);
  expect([epoch.plural, batch.plural]).toEqual(['epochs', 'batches']);
});

it('steps that follow each other are joined, whatever lies between their numbers', () => {
  expect(stepRangesOf([500, 1000, 2000], [500, 1000, 1500, 2000])).toEqual([
    [500, 1000],
    [2000, 2000],
  ]);
  expect(stepRangesOf([], [1])).toEqual([]);
});

it.each([
  [[4], 'epoch 4'],
  [[2, 3, 4, 8], 'epochs 2–4, 8'],
  [[-1], 'before training'],
  [[-1, 0, 1], 'before training, epochs 0–1'],
  [[], ''],
])('several are named together: %o', (steps, words) => {
  expect(epoch.names(steps, [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe(words);
});

it('of very many only the first are named', () => {
  const all = Array.from({ length: 40 }, (_, i) => i);
  expect(
    epoch.names(
      all.filter((step) => step % 2),
      all,
    ),
  ).toBe('epochs 1, 3, 5, 7, 9, 11, 13, 15 and 12 more stretches');
});
