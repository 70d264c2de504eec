import { expect, it } from 'vitest';
import { alignedColumns, canPin, MOST_PINS, parsePins, pinWord, togglePin } from './pins.ts';

it('a press pins a sequence behind the others, and a second press removes it', () => {
  expect(togglePin([4, 1], 2)).toEqual([4, 1, 2]);
  expect(togglePin([4, 1, 2], 1)).toEqual([4, 2]);
  expect(parsePins(pinWord([4, 1, 2]), 5)).toEqual([4, 1, 2]);
});

it('more pins than there is room for are none', () => {
  const full = Array.from({ length: MOST_PINS }, (_, k) => k);
  expect([canPin(full, 20), canPin(full, 0), togglePin(full, 20)]).toEqual([false, true, full]);
  expect(parsePins(Array.from({ length: 20 }, (_, k) => k).join(' '), 20)).toEqual(full);
});

it('words of a link that are no sequence are left out', () => {
  expect(parsePins('2 x -1 9 2 0', 3)).toEqual([2, 0]);
});

it('sequences are aligned at the start, the end or the decision', () => {
  const lengths = [3, 5];
  expect(alignedColumns(lengths, [2, 1], 'start')).toEqual({ starts: [0, 0], anchor: 0, count: 5 });
  expect(alignedColumns(lengths, [2, 1], 'end')).toEqual({ starts: [2, 0], anchor: 4, count: 5 });
  expect(alignedColumns(lengths, [2, 1], 'decision')).toEqual({ starts: [0, 1], anchor: 2, count: 6 });
  expect(alignedColumns(lengths, [-1, 1], 'decision')).toEqual({ starts: [1, 0], anchor: 1, count: 5 });
});
