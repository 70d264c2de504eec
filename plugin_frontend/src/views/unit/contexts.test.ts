import { describe, expect, it } from 'vitest';
import { APART, chooseContexts, SHARES } from './contexts.ts';

const options = { each: 5, seed: 3 };
const rising = Float32Array.from({ length: 1000 }, (_, t) => t / 999);
const distinct = Uint32Array.from({ length: 1000 }, (_, t) => t);
const of = (all: ReturnType<typeof chooseContexts>, kind: string, share: number | null = null) =>
  all.find((one) => one.kind === kind && one.share === share)!;

describe('contexts', () => {
  it('are the highest and the lowest values, the most extreme first', () => {
    const all = chooseContexts(rising, distinct, options);
    expect(of(all, 'top').tokens).toEqual([999, 991, 983, 975, 967]);
    expect(of(all, 'bottom').tokens).toEqual([0, 8, 16, 24, 32]);
  });

  it('lie at the quantiles', () => {
    const all = chooseContexts(rising, distinct, options);
    for (const share of SHARES) {
      expect(of(all, 'quantile', share).value).toBeCloseTo(share, 3);
      for (const token of of(all, 'quantile', share).tokens) expect(Math.abs(token / 999 - share)).toBeLessThan(0.03);
    }
  });

  it('stand apart', () => {
    for (const { tokens } of chooseContexts(rising, distinct, options)) {
      tokens.forEach((a, i) =>
        tokens.slice(i + 1).forEach((b) => expect(Math.abs(a - b)).toBeGreaterThanOrEqual(APART)),
      );
    }
  });

  it('show other words before the same words again', () => {
    const values = new Float32Array(400);
    const words = new Uint32Array(400);
    for (let t = 20; t < 400; t += 20) values[t] = 1;
    words[60] = 7;
    words[200] = 8;
    const top = of(chooseContexts(values, words, { each: 4, seed: 0 }), 'top').tokens;
    expect(top).toContain(60);
    expect(top).toContain(200);
    expect(top).toHaveLength(4);
    expect(top.every((t) => values[t] === 1)).toBe(true);
  });

  it('at random are those of the unit, whatever its values', () => {
    const random = (values: Float32Array, seed: number) =>
      of(chooseContexts(values, distinct, { each: 5, seed }), 'random').tokens;
    expect(random(rising, 1)).toEqual(
      random(
        rising.map((v) => -v),
        1,
      ),
    );
    expect(random(rising, 1)).not.toEqual(random(rising, 2));
  });

  it('are never where there is no number', () => {
    const values = rising.map((value, t) => (t % 2 ? NaN : value));
    for (const { tokens } of chooseContexts(values, distinct, options))
      expect(tokens.every((t) => t % 2 === 0)).toBe(true);
    expect(chooseContexts(new Float32Array(5).fill(NaN), distinct, options)).toEqual([]);
  });

  it('of a unit that never moves, and of one token, are only random places', () => {
    expect(chooseContexts(new Float32Array(100), distinct, options).map(({ kind }) => kind)).toEqual(['random']);
    expect(chooseContexts(Float32Array.of(0.5), distinct, options)).toEqual([
      { kind: 'random', share: null, value: null, tokens: [0] },
    ]);
  });

  it('of a million tokens take linear time, also when every value beats those before', () => {
    const n = 1_000_000;
    const words = Uint32Array.from({ length: n }, (_, t) => t % 50);
    for (const values of [
      Float32Array.from({ length: n }, (_, t) => t / n),
      Float32Array.from({ length: n }, (_, t) => (t % 2 ? 1 : -1)),
    ]) {
      expect(of(chooseContexts(values, words, options), 'top').tokens).toHaveLength(5);
    }
  }, 60_000);
});
