import { describe, expect, it } from 'vitest';
import { curvePicture, letters, MARGIN, stepNear, stepsOf, type CurveOptions } from './curve-picture.ts';
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
const [WIDTH, HEIGHT] = [MARGIN.left + 100 + MARGIN.right, MARGIN.top + 110 + MARGIN.bottom];
const picture = (curves: Curve[], options: Partial<CurveOptions> = {}) =>
  curvePicture(curves, { ...PLAIN, ...options }, WIDTH, HEIGHT);

describe('curvePicture', () => {
  it('goes from the first step to the last, a little more than the values high', () => {
    const {
      lines: [line],
    } = picture([curve([0, 10], [0, 1])])!;
    expect(line.path).toBe(`M${MARGIN.left}.0 ${MARGIN.top + 105}.0L${MARGIN.left + 100}.0 ${MARGIN.top + 5}.0`);
  });

  it('knows the time since the start of the training', () => {
    const { x } = picture([curve([0, 60], [0, 1], { began: 400 })], { across: 'time' })!;
    expect([x.low, x.high, x.ticks[0].label]).toEqual([600, 4200, '30 min']);
  });

  it('keeps the values themselves beside what is smoothed', () => {
    const {
      lines: [line],
    } = picture([curve([0, 1, 2], [0, 1, 0])], { smoothing: 0.9 })!;
    expect(line.raw).not.toBe('');
    expect(line.ys[1]).toBeLessThan(1);
    expect(picture([curve([0, 1], [0, 1])])!.lines[0].raw).toBe('');
  });

  it('is nothing without a number, or without one above zero on a logarithmic scale', () => {
    expect(picture([curve([0, 1], [NaN, NaN])])).toBeNull();
    expect(picture([curve([0, 1], [0, -1])], { log: true })).toBeNull();
    expect(picture([])).toBeNull();
  });

  it('draws one point alone as a dot', () => {
    expect(picture([curve([3], [2])])!.lines[0].path).toBe(`M${MARGIN.left + 50}.0 ${MARGIN.top + 55}.0h0`);
  });
});

it('stepNear finds the nearest step of any line', () => {
  const both = picture([curve([0, 10], [0, 1]), curve([4], [1])])!;
  expect([0, 30, 71, 100].map((far) => stepNear(both, MARGIN.left + far))).toEqual([0, 4, 10, 10]);
  expect(stepsOf(both)).toEqual([0, 4, 10]);
});

it('letters stand at the ends of lines where several sides are compared, apart from each other', () => {
  expect(letters(picture([curve([0, 1], [0, 1]), curve([0, 1], [1, 0])])!, 118)).toEqual([]);
  const found = letters(picture([curve([0, 1], [0, 1]), curve([0, 1, 2], [1, 1, NaN], { letter: 'B' })])!, 118);
  expect(found.map(({ line }) => line.curve.letter)).toEqual(['A', 'B']);
  expect(Math.abs(found[0].top - found[1].top)).toBeGreaterThanOrEqual(11);
});
