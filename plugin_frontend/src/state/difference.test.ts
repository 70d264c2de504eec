import { signal } from '@preact/signals-core';
import { describe, expect, it } from 'vitest';
import type { Matching } from '../data/matching.ts';
import type { Activity, Matrix, TokenText, UnitSeries } from '../data/types.ts';
import { makeColormap } from './colormap.ts';
import { makeDifference } from './difference.ts';
import { subtract, whyNotComparable } from './subtract.ts';
import { empty, ready, testRecording, testText } from './test-store.ts';

const matrix = (rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  scale: new Float32Array(rows.length),
  codes: null,
  row: (r) => Float32Array.from(rows[r]),
  missing: (r, c) => (Number.isNaN(rows[r][c]) ? 1 : 0),
});
const matchingOf = (partner: (number | null)[]): Matching => ({
  partner,
  correlation: partner.map(() => 1),
  margin: partner.map(() => 1),
  quality: 1,
  signed: true,
  tokens: 1,
  otherUnits: partner.length,
});
const words = (...table: string[]) => testText(table);
const series = (steps: number[], rows: number[][]): UnitSeries => ({
  steps,
  rows: ['left'],
  units: 2,
  get: (step) => Float32Array.from(rows[steps.indexOf(step)] ?? []),
});

const recording = (
  rows: number[][],
  text: TokenText,
  step: number,
  { saturation = series([step], [[0, 0]]), partner }: { saturation?: UnitSeries; partner?: (number | null)[] } = {},
) =>
  testRecording({
    ref: signal({ run: 'r', probe: 'p', step }),
    text: ready(text),
    matching: partner ? ready(matchingOf(partner)) : empty<Matching>(''),
    activity: ready<Activity>({ matrix: matrix(rows), lengths: [rows[0].length] }),
    statistics: () => ready(saturation),
  });
const colormap = makeColormap({ low: -1, high: 1, diverging: true, dark: false });
const colors = signal(() => colormap);

describe('B less A', () => {
  it('is the second less the first, missing where either is', () => {
    const difference = subtract(
      matrix([
        [1, 5],
        [2, NaN],
      ]),
      matrix([
        [0.5, NaN],
        [3, 1],
      ]),
    );
    expect([...difference.row(0)]).toEqual([0.5, NaN]);
    expect([...difference.row(1)]).toEqual([-1, NaN]);
    expect([difference.missing(0, 0), difference.missing(0, 1), difference.missing(1, 1)]).toEqual([0, 1, 1]);
  });

  it('pairs matched units, and has nothing where a unit has no match', () => {
    const made = makeDifference(
      recording([[1], [2]], words('x'), 0),
      recording([[10], [20]], words('x'), 1, { partner: [1, null] }),
      colors,
    );
    const { matrix: values } = (made.activity.value as { value: Activity }).value;
    expect([...values.row(0), ...values.row(1)]).toEqual([19, NaN]);
    expect(made.difference).toBe(true);
  });

  it('needs the same text, and the same units unless they are matched', () => {
    const two = matrix([[1], [2]]);
    expect(whyNotComparable(two, matrix([[1]]), false, null, null)).toBe(
      'A has 2 units and B has 1: a difference needs the same units, or matched ones.',
    );
    expect(whyNotComparable(two, matrix([[1]]), true, null, null)).toBeNull();
    expect(whyNotComparable(two, two, false, words('a'), words('b'))).toContain('different texts');
    const made = makeDifference(recording([[1]], words('x'), 0), recording([[1]], words('y'), 1), colors);
    expect(made.activity.value).toMatchObject({ state: 'empty', why: expect.stringContaining('different texts') });
  });

  it('compares what is said of units at the step of each side', () => {
    const a = recording([[1], [2]], words('x'), 0, {
      saturation: series(
        [0, 3],
        [
          [0.1, 0.2],
          [9, 9],
        ],
      ),
    });
    const b = recording([[1], [2]], words('x'), 3, {
      saturation: series(
        [0, 3],
        [
          [8, 8],
          [0.4, 0.1],
        ],
      ),
    });
    const made = makeDifference(a, b, colors).statistics('saturation', 'lstm', 'forget_gate').value as {
      value: UnitSeries;
    };
    expect([...made.value.get(0, 'left')].map((value) => Number(value.toFixed(3)))).toEqual([0.3, -0.1]);
  });

  it('says that it has no life of its own', () => {
    expect(
      makeDifference(recording([[1]], words('x'), 0), recording([[1]], words('x'), 1), colors).unitHistory.value.state,
    ).toBe('empty');
  });
});
