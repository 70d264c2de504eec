import { describe, expect, it } from 'vitest';
import { layoutLines, MARGIN, stopNear } from '../../ui/charts/line-layout.ts';
import { linePath } from '../../ui/draw/curve.ts';
import { curveChart, type CurveOptions } from './curve-lines.ts';
import type { Curve } from './curve.ts';

const curve = (steps: number[], values: number[], more: Partial<Curve> = {}): Curve => ({
  tag: 'loss',
  letter: 'A',
  series: 0,
  run: 'one',
  role: '',
  steps: Float64Array.from(steps),
  values: Float64Array.from(values),
  wallTimes: Float64Array.from(steps, (step) => 1000 + 60 * step),
  began: 1000,
  ...more,
});
const PLAIN: CurveOptions = { across: 'step', log: false, smoothing: 0 };
const STYLE = { colors: ['red'], roles: [], now: [], nameOf: String };
const [WIDTH, HEIGHT] = [MARGIN.left + 100 + MARGIN.right, MARGIN.top + 110 + MARGIN.bottom];
const chartOf = (curves: Curve[], options: Partial<CurveOptions> = {}) =>
  curveChart('loss', curves, { ...PLAIN, ...options }, STYLE);
const layoutOf = (curves: Curve[], options: Partial<CurveOptions> = {}) =>
  layoutLines(chartOf(curves, options), WIDTH, HEIGHT);
const path = (curves: Curve[]) => {
  const { x, y } = layoutOf(curves);
  const [{ at, values }] = chartOf(curves).lines;
  return linePath(at, values, x, y);
};

describe('curveChart', () => {
  it('goes from the first step to the last, a little more than the values high', () => {
    expect(path([curve([0, 10], [0, 1])])).toBe(
      `M${MARGIN.left}.0 ${MARGIN.top + 105}.0L${MARGIN.left + 100}.0 ${MARGIN.top + 5}.0`,
    );
  });

  it('knows the time since the start of the training', () => {
    const { x } = layoutOf([curve([0, 60], [0, 1], { began: 400 })], { across: 'time' });
    expect([x.low, x.high, x.ticks[0].label]).toEqual([600, 4200, '30 min']);
  });

  it('keeps the values themselves beside what is smoothed', () => {
    const [line] = chartOf([curve([0, 1, 2], [0, 1, 0])], { smoothing: 0.9 }).lines;
    expect(line.raw).toEqual(Float64Array.of(0, 1, 0));
    expect(line.values[1]).toBeLessThan(1);
    expect(chartOf([curve([0, 1], [0, 1])]).lines[0].raw).toBeUndefined();
  });

  it('draws one point alone as a dot', () => {
    expect(path([curve([3], [2])])).toBe(`M${MARGIN.left + 50}.0 ${MARGIN.top + 55}.0h0`);
  });
});

it('stopNear finds the nearest step of any line', () => {
  const both = [curve([0, 10], [0, 1]), curve([4], [1])];
  const layout = layoutOf(both);
  expect([0, 30, 71, 100].map((far) => stopNear(chartOf(both), layout, MARGIN.left + far))).toEqual([0, 4, 10, 10]);
  expect(layout.stops).toEqual([0, 4, 10]);
});

it('letters stand at the ends of lines where several recordings are compared, apart from each other', () => {
  expect(layoutOf([curve([0, 1], [0, 1]), curve([0, 1], [1, 0])]).names).toEqual([]);
  const { names } = layoutOf([curve([0, 1], [0, 1]), curve([0, 1, 2], [1, 1, NaN], { letter: 'B' })]);
  expect(names.map(({ text }) => text)).toEqual(['A', 'B']);
  expect(Math.abs(names[0].top - names[1].top)).toBeGreaterThanOrEqual(11);
});
