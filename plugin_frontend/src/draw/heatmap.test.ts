import { describe, expect, it } from 'vitest';
import { makeColormap } from './colormap.ts';
import { furthest, paintBands, spans, type Band, type Columns, type Shades } from './heatmap.ts';

const colors = makeColormap({ low: -1, high: 1, diverging: true });
const shades: Shades = { ...colors, rest: 0 };
const all = (count: number, perPixel: number, first = 0): Columns => ({ order: null, count, first, perPixel });
const word = (value: number) => colors.words[colors.index(value)];

function paint(width: number, height: number, bands: Band[], columns: Columns): Uint32Array {
  const words = new Uint32Array(width * height).fill(7);
  paintBands({ words, width, height }, bands, columns, shades);
  return words;
}

const band = (values: number[], top = 0, bottom = 1): Band => ({ values: Float32Array.from(values), top, bottom });

describe('spans', () => {
  it('cover every place exactly once where several share a pixel', () => {
    const edges = spans(all(2000, 2000 / 301), 301);
    for (let x = 1; x < 301; x++) expect(edges[2 * x]).toBe(edges[2 * x - 1]);
    expect([edges[0], edges[601]]).toEqual([0, 2000]);
  });

  it('are empty where there is no place', () => {
    expect([...spans(all(2, 1), 4)]).toEqual([0, 1, 1, 2, 2, 2, 3, 2]);
  });
});

describe('furthest', () => {
  it('keeps a spike of either sign, and passes over what is missing', () => {
    const values = Float32Array.of(0.1, -0.9, NaN, 0.5);
    expect(furthest(values, null, 0, 4, 0)).toBeCloseTo(-0.9);
    expect(furthest(values, null, 2, 4, 0)).toBeCloseTo(0.5);
    expect(furthest(values, null, 2, 3, 0)).toBeNaN();
  });

  it('keeps a shut gate as well as an open one when gates rest at one half', () => {
    expect(furthest(Float32Array.of(0.5, 0.02, 0.9), null, 0, 3, 0.5)).toBeCloseTo(0.02);
  });
});

describe('paintBands', () => {
  it('gives every cell its colour, as wide as it is', () => {
    expect([...paint(4, 1, [band([1, -1])], all(2, 0.5))]).toEqual([word(1), word(1), word(-1), word(-1)]);
  });

  it('keeps the spike where columns share a pixel', () => {
    expect([...paint(2, 1, [band([0, 1, 0, 0, -1, 0])], all(6, 3))]).toEqual([word(1), word(-1)]);
  });

  it('shows only the columns asked for, in their order', () => {
    const columns: Columns = { order: Uint32Array.of(3, 1), count: 2, first: 0, perPixel: 1 };
    expect([...paint(2, 1, [band([0, 0.2, 0, 0.8])], columns)]).toEqual([word(0.8), word(0.2)]);
  });

  it('clips bands that stick out and leaves the rest transparent', () => {
    const words = paint(1, 4, [band([1], -3, 1), band([-1], 2, 9)], all(1, 1));
    expect([...words]).toEqual([word(1), 0, word(-1), word(-1)]);
  });

  it('takes the nearest end outside the limits', () => {
    expect([...paint(2, 1, [band([5, -5])], all(2, 1))]).toEqual([word(1), word(-1)]);
  });

  it('hatches what is missing in no colour of the scale', () => {
    const words = paint(12, 6, [band([NaN], 0, 6)], all(1, 1 / 12));
    const seen = new Set(words);
    expect(seen.size).toBe(2);
    for (const w of seen) expect([...colors.words]).not.toContain(w);
  });

  it('has one colour when all values are the limit', () => {
    const flat: Shades = { ...makeColormap({ low: 0, high: 0, diverging: false }), rest: 0 };
    const words = new Uint32Array(1);
    paintBands({ words, width: 1, height: 1 }, [band([0])], all(1, 1), flat);
    expect(words[0]).toBe(flat.words[128]);
  });

  it('paints nothing for no columns', () => {
    expect([...paint(2, 1, [band([])], all(0, 1))]).toEqual([0, 0]);
  });

  it('paints 512 units by 2000 tokens fast', () => {
    const bands = Array.from({ length: 512 }, (_, r) => ({ values: Float32Array.from({ length: 2000 }, (_, c) => Math.sin(r * c)), top: r, bottom: r + 1 }));
    const words = new Uint32Array(1000 * 512);
    const draw = () => paintBands({ words, width: 1000, height: 512 }, bands, all(2000, 2), shades);
    draw();
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      draw();
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(40);
  });
});
