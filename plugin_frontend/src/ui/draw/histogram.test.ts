import { describe, expect, it } from 'vitest';
import { histogram, quantiles } from './histogram.ts';

describe('histogram', () => {
  it('counts what is there, with both ends, and what is missing', () => {
    const result = histogram([0, 0.1, 0.5, 0.99, 1, NaN, Infinity], 0, 1, 4);
    expect([...result.counts]).toEqual([2, 0, 1, 2]);
    expect([result.total, result.missing]).toEqual([5, 2]);
  });

  it('puts what lies beyond into the last part', () => {
    expect([...histogram([-5, 7], 0, 1, 2).counts]).toEqual([1, 1]);
  });

  it('puts the one value of an empty range in the middle', () => {
    expect([...histogram([3, 3], 3, 3, 3).counts]).toEqual([0, 2, 0]);
  });
});

describe('quantiles', () => {
  it('lie between neighbours, as NumPy has them', () => {
    expect(quantiles(Float32Array.of(4, 1, 3, 2), [0, 0.5, 0.9, 1])).toEqual([1, 2.5, expect.closeTo(3.7, 6), 4]);
  });

  it('pass over what is no number, and know what is infinite', () => {
    expect(quantiles(Float32Array.of(NaN, 2), [0.5])).toEqual([2]);
    expect(quantiles(Float32Array.of(1, Infinity, Infinity), [0, 0.5, 0.75])).toEqual([1, Infinity, Infinity]);
    expect(quantiles(Float32Array.of(NaN), [0.5])).toEqual([NaN]);
    expect(quantiles(new Float32Array(0), [0.5])).toEqual([NaN]);
  });

  it('of many values are near the exact ones', () => {
    const many = Float32Array.from({ length: 100_000 }, (_, i) => ((i * 7919) % 100_000) / 1000);
    quantiles(many, [0.05, 0.5, 0.95]).forEach((value, i) => expect(value).toBeCloseTo([5, 50, 95][i], 1));
    const endless = Float32Array.from({ length: 4000 }, (_, i) => (i < 3000 ? i % 2 : Infinity));
    expect(quantiles(endless, [0.2, 0.9])).toEqual([expect.closeTo(0, 3), Infinity]);
  });

  it('of a constant are the constant', () => {
    expect(quantiles(new Float32Array(5000).fill(0.5), [0.1, 0.9])).toEqual([0.5, 0.5]);
  });
});
