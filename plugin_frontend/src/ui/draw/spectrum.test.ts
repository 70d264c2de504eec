import { describe, expect, it } from 'vitest';
import { bandFrom, binAt, largest, peakInBand, period, periods, columnOfFrequency } from './spectrum.ts';

const frequency = Float32Array.of(0, 0.125, 0.25, 0.375, 0.5);

describe('peakInBand', () => {
  const values = Float32Array.of(9, 2, 1, 3, 4);

  it('is the largest amplitude, but never the mean', () => {
    expect(peakInBand(values, frequency, { low: 0, high: 0.5 })).toEqual({ bin: 4, frequency: 0.5, amplitude: 4 });
  });

  it('looks only inside the band, both ends included', () => {
    expect(peakInBand(values, frequency, { low: 0.125, high: 0.25 })?.bin).toBe(1);
    expect(peakInBand(values, frequency, { low: 0.3, high: 0.3 })).toBeNull();
  });

  it('is what differs most to either side in a difference', () => {
    expect(peakInBand(Float32Array.of(9, 2, -3, 1, 0), frequency, { low: 0, high: 0.5 })).toEqual({
      bin: 2,
      frequency: 0.25,
      amplitude: -3,
    });
  });

  it('passes over what is missing', () => {
    expect(peakInBand(Float32Array.of(NaN, NaN, 1, NaN, NaN), frequency, { low: 0, high: 0.5 })?.bin).toBe(2);
    expect(peakInBand(new Float32Array(5).fill(NaN), frequency, { low: 0, high: 0.5 })).toBeNull();
    expect(peakInBand(new Float32Array(0), new Float32Array(0), { low: 0, high: 0.5 })).toBeNull();
  });
});

describe('largest', () => {
  it('is over all rows but not over the mean', () => {
    expect(largest([Float32Array.of(9, 1, 2, 0, 0), Float32Array.of(9, NaN, 0, 5, 0)], frequency)).toBe(5);
    expect(largest([], frequency)).toBe(0);
  });
});

describe('columnOfFrequency', () => {
  it('is the middle of the bin at its frequency, and between bins in between', () => {
    frequency.forEach((f, b) => expect(columnOfFrequency(frequency, f)).toBeCloseTo(b + 0.5));
    expect(columnOfFrequency(frequency, 0.1875)).toBeCloseTo(2);
  });

  it('follows bins that are not equally far apart', () => {
    const uneven = Float32Array.of(0, 0.1, 0.5);
    expect(columnOfFrequency(uneven, 0.3)).toBeCloseTo(2);
    expect(columnOfFrequency(Float32Array.of(0.25), 0.4)).toBe(0.5);
  });
});

it('binAt is the nearest bin', () => {
  expect([0, 0.06, 0.07, 0.9].map((f) => binAt(frequency, f))).toEqual([0, 0, 1, 4]);
  expect(binAt(new Float32Array(0), 0.1)).toBe(-1);
});

it('bandFrom makes a band out of anything typed', () => {
  const old = { low: 0.1, high: 0.4 };
  expect(bandFrom(0.3, 0.2, old)).toEqual({ low: 0.2, high: 0.3 });
  expect(bandFrom(-1, 7, old)).toEqual({ low: 0, high: 0.5 });
  expect(bandFrom(NaN, 0.45, old)).toEqual({ low: 0.1, high: 0.45 });
});

it('period says a frequency as tokens', () => {
  expect([0, 0.5, 0.19, 0.012].map((frequency) => period(frequency))).toEqual([
    'the mean',
    'every 2 tokens',
    'every 5.3 tokens',
    'every 83 tokens',
  ]);
});

it('periods says a band as tokens, the fast end first', () => {
  expect(
    [
      [0.1, 0.5],
      [0, 0.25],
      [0.2, 0.2],
      [0, 0],
    ].map(([low, high]) => periods({ low, high })),
  ).toEqual(['every 2 to 10 tokens', 'every 4 tokens or more', 'every 5 tokens', 'the mean']);
});
