import { expect, it } from 'vitest';
import { closingChart } from './error-charts.ts';

const bin = (first: number, end: number, network: number) => ({ first, end, count: 3, network, ngram: 0.5 });

it('closing brackets by distance are two lines over bins with their number of brackets', () => {
  const { x, lines, nameOf } = closingChart([bin(1, 2, 0.9), bin(2, 4, 0.8)], ['red', 'green']);
  expect(x.ticks).toEqual([
    { value: 0, label: '1', note: '3' },
    { value: 1, label: '2', note: '3' },
  ]);
  expect(lines.map(({ name, color, values }) => [name, color, values])).toEqual([
    ['network', 'red', [0.9, 0.8]],
    ['n-gram', 'green', [0.5, 0.5]],
  ]);
  expect([0, 1].map(nameOf)).toEqual(['1 tokens back, 3 brackets', '2–3 tokens back, 3 brackets']);
});

it('every second of many bins has a label', () => {
  const bins = Array.from({ length: 8 }, (_, i) => bin(i, i + 1, 0.5));
  expect(closingChart(bins, ['red', 'green']).x.ticks!.map(({ label }) => label)).toEqual(['0', '2', '4', '6']);
});
