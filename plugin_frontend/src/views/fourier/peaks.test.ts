import { describe, expect, it } from 'vitest';
import { Missing, type Spectrum, type UnitSeries } from '../../data/types.ts';
import { dotsOf, tracksOf } from './epoch-tracks.ts';
import { linesOf } from './fourier-lines.ts';
import { peakOf, recordedPeaks } from './peaks.ts';

const values = [Float32Array.of(9, 1, 2, 5), Float32Array.of(9, 4, 2, 1)];
const spectrum: Spectrum = {
  frequency: Float32Array.of(0, 0.125, 0.25, 0.5),
  bins: 4,
  matrix: {
    rows: 2,
    columns: 4,
    scale: new Float32Array(2),
    codes: null,
    row: (unit) => values[unit],
    missing: () => Missing.No,
  },
};
const KNOWN: Record<string, number[]> = {
  '0 frequency': [0.24, NaN],
  '0 q': [0.2, NaN],
  '0 amplitude': [2, NaN],
  '1 frequency': [0.24, 0.12],
  '1 q': [0.01, NaN],
  '1 amplitude': [3, 4],
};
const series: UnitSeries = {
  steps: [0, 1],
  rows: ['frequency', 'q'],
  units: 2,
  get: (step, row) => Float32Array.from(KNOWN[`${step} ${row}`] ?? []),
};
const whole = { low: 0, high: 0.5 };

describe('the peak of a unit', () => {
  it('is the one the log found, and stands or does not', () => {
    expect(peakOf(spectrum, 0, whole, recordedPeaks(series, 1))).toMatchObject({ bin: 2, amplitude: 2, stands: true });
    expect(peakOf(spectrum, 0, whole, recordedPeaks(series, 0))).toMatchObject({ bin: 2, stands: false });
  });

  it('was tested by nobody where the log gives no chance, or found none in the band', () => {
    expect(peakOf(spectrum, 1, whole, recordedPeaks(series, 1))).toMatchObject({ bin: 1, stands: null });
    expect(peakOf(spectrum, 1, whole, recordedPeaks(series, 0))).toMatchObject({ bin: 1, stands: null });
    expect(peakOf(spectrum, 0, { low: 0.3, high: 0.5 }, recordedPeaks(series, 1))).toMatchObject({
      bin: 3,
      stands: null,
    });
    expect(peakOf(spectrum, 0, { low: 0.3, high: 0.4 }, null)).toBeNull();
  });

  it('is not known at a step that the log does not have', () => {
    expect(recordedPeaks(series, 7)).toBeNull();
    expect(recordedPeaks(null, 0)).toBeNull();
  });
});

it('over the steps it is a dot wherever there was one', () => {
  expect(dotsOf(series, 0).map(({ step, q }) => [step, q])).toEqual([
    [0, expect.closeTo(0.2)],
    [1, expect.closeTo(0.01)],
  ]);
  expect(dotsOf(series, 1).map(({ step }) => step)).toEqual([1]);
});

describe('lines and dots', () => {
  const recording = (letter: string, index: number, units: number[]) => ({
    letter,
    series: index,
    spectrum,
    recorded: null,
    peaks: series,
    units,
  });
  const colors = ['red', 'green', 'blue'];
  const look = (recordings: ReturnType<typeof recording>[]) =>
    linesOf(recordings, whole, colors).map(({ name, color, dash }) => [name, color, dash.length > 0]);

  it('have a colour a unit in one recording, and none for what is not here', () => {
    expect(look([recording('A', 0, [1, 0, -1, 9])])).toEqual([
      ['unit 1', 'red', false],
      ['unit 0', 'green', false],
    ]);
  });

  it('have a colour and a dash a recording for one unit', () => {
    expect(look([recording('A', 0, [1]), recording('B', 1, [0])])).toEqual([
      ['A · unit 1', 'red', false],
      ['B · unit 0', 'green', true],
    ]);
  });

  it('have colours by unit and dashes by recording where both are several', () => {
    expect(look([recording('A', 0, [1, 0]), recording('B', 1, [1, 0])])).toEqual([
      ['A · unit 1', 'red', false],
      ['A · unit 0', 'green', false],
      ['B · unit 1', 'red', true],
      ['B · unit 0', 'green', true],
    ]);
  });

  it('are the same colours over the steps, with a shape a recording', () => {
    expect(
      tracksOf([recording('A', 0, [1]), recording('B', 1, [0])], colors).map(({ name, color, shape }) => [
        name,
        color,
        shape,
      ]),
    ).toEqual([
      ['A · unit 1', 'red', 'circle'],
      ['B · unit 0', 'green', 'square'],
    ]);
  });
});
