import { describe, expect, it } from 'vitest';
import { linearScale, logScale } from './plot-scale.ts';

const labels = (scale: ReturnType<typeof linearScale>) => scale.ticks.map(({ label }) => label);

describe('linearScale', () => {
  it('goes from values to pixels and back', () => {
    const scale = linearScale(-1, 3, 100, 0);
    expect([scale.at(-1), scale.at(1), scale.at(3)]).toEqual([100, 50, 0]);
    expect(scale.valueAt(25)).toBe(2);
  });

  it('has round ticks with short labels', () => {
    expect(labels(linearScale(0, 1, 0, 1, 2))).toEqual(['0', '0.5', '1.0']);
    expect(labels(linearScale(0, 40_000, 0, 1, 4))).toEqual(['0', '10k', '20k', '30k', '40k']);
    expect(labels(linearScale(0, 4e-5, 0, 1, 4))).toEqual(['0', '1e−5', '2e−5', '3e−5', '4e−5']);
  });

  it('puts the one value of an empty range in the middle', () => {
    const scale = linearScale(5, 5, 0, 10);
    expect([scale.at(5), labels(scale)]).toEqual([5, ['5']]);
  });
});

describe('logScale', () => {
  it('has as much room for each power of ten', () => {
    const scale = logScale(0.01, 100, 0, 4);
    expect([0.01, 1, 100].map((value) => Math.round(scale.at(value)))).toEqual([0, 2, 4]);
    expect(scale.valueAt(3)).toBeCloseTo(10);
    expect(labels(scale)).toEqual(['0.01', '0.1', '1', '10', '100']);
  });

  it('has ticks between few powers of ten', () => {
    expect(labels(logScale(0.15, 3, 0, 1))).toEqual(['0.2', '0.5', '1', '2']);
  });
});
