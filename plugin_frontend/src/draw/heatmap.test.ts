import { describe, expect, it } from 'vitest';
import { makeColormap } from './colormap.ts';
import { paintBands, spans, type Columns, type Shades } from './heatmap.ts';
import { coder, levelFor, makeCells, FOLD } from './heatmap-cells.ts';

const colors = makeColormap({ low: -1, high: 1, diverging: true });
const code = coder(-1, 1);
const shades: Shades = { ...colors, rest: code(0) };
const all = (count: number, perPixel: number, first = 0): Columns => ({ count, first, perPixel });
const word = (value: number) => colors.words[code(value)];
const codesOf = (values: readonly number[]) => Uint8Array.from(values, code);
const band = (values: readonly number[], top = 0, bottom = 1) => ({ codes: [codesOf(values)], shades, top, bottom });

function paint(width: number, height: number, bands: Parameters<typeof paintBands>[1], columns: Columns): Uint32Array {
  const words = new Uint32Array(width * height).fill(7);
  paintBands({ words, width, height }, bands, columns);
  return words;
}

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

describe('paintBands', () => {
  it('gives every cell its colour, as wide as it is', () => {
    expect([...paint(4, 1, [band([1, -1])], all(2, 0.5))]).toEqual([word(1), word(1), word(-1), word(-1)]);
  });

  it('keeps the spike of either sign where columns share a pixel', () => {
    expect([...paint(2, 1, [band([0, 1, 0, 0, -1, 0])], all(6, 3))]).toEqual([word(1), word(-1)]);
  });

  it('keeps the spike where rows share a pixel', () => {
    const shared = { codes: [codesOf([0, 0.1]), codesOf([0.9, 0]), codesOf([0, -0.8])], shades, top: 0, bottom: 1 };
    expect([...paint(2, 1, [shared], all(2, 1))]).toEqual([word(0.9), word(-0.8)]);
  });

  it('keeps a shut gate as well as an open one when gates rest at one half', () => {
    const gate = coder(0, 1);
    const gates = { codes: [Uint8Array.from([0.5, 0.02, 0.9], gate)], shades: { ...colors, rest: gate(0.5) }, top: 0, bottom: 1 };
    expect([...paint(1, 1, [gates], all(3, 3))]).toEqual([colors.words[gate(0.02)]]);
  });

  it('passes over what is missing beside what is there', () => {
    expect([...paint(1, 1, [band([NaN, 0, NaN])], all(3, 3))]).toEqual([word(0)]);
  });

  it('clips bands that stick out and leaves the rest transparent', () => {
    expect([...paint(1, 4, [band([1], -3, 1), band([-1], 2, 9)], all(1, 1))]).toEqual([word(1), 0, word(-1), word(-1)]);
  });

  it('hatches what is missing in no colour of the scale', () => {
    const seen = new Set(paint(12, 6, [band([NaN], 0, 6)], all(1, 1 / 12)));
    expect(seen.size).toBe(2);
    for (const w of seen) expect([...colors.words]).not.toContain(w);
  });

  it('paints nothing for no columns, and nothing for a row that is not here yet', () => {
    expect([...paint(2, 1, [band([])], all(0, 1))]).toEqual([0, 0]);
    expect([...paint(2, 1, [band([])], all(2, 1))]).toEqual([0, 0]);
  });
});

describe('makeCells', () => {
  const rowsOf = (...rows: number[][]) => (row: number) => (rows[row] ? { values: Float32Array.from(rows[row]), low: -1, high: 1, rest: 0 } : null);

  it('codes the columns asked for, in their order', () => {
    expect([...makeCells(2, Uint32Array.of(3, 1), rowsOf([0, 0.2, 0, 0.8])).codes(0, 0)]).toEqual([code(0.8), code(0.2)]);
  });

  it('keeps the furthest of every four at the next level, the rest of the row too', () => {
    const cells = makeCells(9, null, rowsOf([0, 0.5, -0.9, 0, 0, 0, 0, 0.1, NaN]));
    expect([...cells.codes(0, 1)]).toEqual([code(-0.9), code(0.1), 0]);
    expect([...cells.codes(0, 2)]).toEqual([code(-0.9)]);
  });

  it('takes the nearest end outside the limits, and has one code where all values are the limit', () => {
    expect([...codesOf([5, -5, Infinity, NaN])]).toEqual([255, 1, 0, 0]);
    expect(coder(0, 0)(0)).toBe(128);
  });

  it('has nothing for a row that is not here yet, and asks again', () => {
    const here: number[][] = [];
    const cells = makeCells(1, null, (row) => rowsOf(...here)(row));
    expect(cells.codes(0, 0)).toHaveLength(0);
    here.push([1]);
    expect(cells.codes(0, 0)).toHaveLength(1);
  });

  it('levels leave at least two codes a pixel', () => {
    expect([0.1, 1, 7.9, 8, 31.9, 32].map(levelFor)).toEqual([0, 0, 0, 1, 1, 2]);
    expect(FOLD).toBe(4);
  });
});

it('paints 512 units by 20,000 tokens within a frame, spikes included', () => {
  const [rows, columns, width] = [512, 20000, 1000];
  const values = Float32Array.from({ length: columns }, (_, c) => 0.1 * Math.sin(c));
  values[12345] = -1;
  const cells = makeCells(columns, null, () => ({ values, low: -1, high: 1, rest: 0 }));
  const level = levelFor(columns / width);
  const words = new Uint32Array(width * rows);
  const draw = () => {
    const bands = Array.from({ length: rows }, (_, r) => ({ codes: [cells.codes(r, level)], shades, top: r, bottom: r + 1 }));
    paintBands({ words, width, height: rows }, bands, all(columns / FOLD ** level, columns / width / FOLD ** level));
  };
  draw();
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    draw();
    return performance.now() - start;
  });
  expect(words.indexOf(word(-1))).toBe(617);
  expect(Math.min(...times)).toBeLessThan(40);
});
