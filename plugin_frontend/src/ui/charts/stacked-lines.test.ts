import { expect, it } from 'vitest';
import { barsOf, layoutLines, type Line, type LineChartModel } from './line-layout.ts';

const line = (name: string, values: number[]): Line => ({ name, color: name, at: [0, 1], values, stacked: true });

const model = (lines: readonly Line[]): LineChartModel => ({
  label: 'counts',
  x: { low: -0.5, high: 1.5 },
  y: { low: 0, high: 10 },
  lines,
  nameOf: String,
  now: [],
});

it('bars stand on those of the lines before', () => {
  const chart = model([line('a', [4, 0]), line('b', [6, 5])]);
  const layout = layoutLines(chart, 400, 150);
  const bars = barsOf(chart.lines, layout);
  expect(bars.map(({ line: { name }, stop }) => [name, stop])).toEqual([
    ['a', 0],
    ['b', 0],
    ['b', 1],
  ]);
  const [a, b, alone] = bars;
  expect(a.top + a.height).toBeCloseTo(layout.bottom);
  expect(b.top + b.height).toBeCloseTo(a.top);
  expect(b.top).toBeCloseTo(layout.top);
  expect(alone.top + alone.height).toBeCloseTo(layout.bottom);
  expect(a.height / (a.height + b.height)).toBeCloseTo(0.4);
  expect(alone.left).toBeCloseTo(a.left + a.width + 1);
});

it('lines that are not stacked have no bars, and stacked ones no name beside the chart', () => {
  const chart = model([{ ...line('a', [1, 2]), stacked: false }]);
  expect(barsOf(chart.lines, layoutLines(chart, 400, 150))).toEqual([]);
  expect(layoutLines(model([line('a', [1, 2])]), 400, 150).names).toEqual([]);
});
