import { describe, expect, it } from 'vitest';
import { makeColormap } from '../../state/colormap.ts';
import { paintBands, spans, type Columns } from './heatmap.ts';
import { FOLD, levelFor, makeCells, rankColors, rankOf, type Ranked } from './heatmap-cells.ts';

const colors = makeColormap({ low: -1, high: 1, diverging: true });
const ranked = rankColors(colors, 0);
const code = (value: number, by: Ranked = ranked) => rankOf(by, value);
const all = (count: number, perPixel: number, first = 0): Columns => ({ count, first, perPixel });
const word = (value: number) => colors.words[colors.index(value)];
const codesOf = (values: readonly number[], by: Ranked = ranked) => Uint8Array.from(values, (value) => code(value, by));
const band = (values: readonly number[], top = 0, bottom = 1) => ({
  codes: [codesOf(values)],
  shades: ranked,
  top,
  bottom,
});

function paint(width: number, height: number, bands: Parameters<typeof paintBands>[1], columns: Columns): Uint32Array {
  const words = new Uint32Array(width * height).fill(7);
  paintBands({ words, width, height }, bands, columns);
  return words;
}

describe('spans', () => {
  it('cover every place exactly once where some share a pixel', () => {
    const { low, high, first, end } = spans(all(500, 500 / 301), 301);
    for (let x = 1; x < 301; x++) expect(low[x]).toBe(high[x - 1] + 1);
    expect([first, end, low[0], high[300]]).toEqual([0, 301, 0, 499]);
  });

  it('end where there is no place', () => {
    expect(spans(all(2, 1), 4)).toMatchObject({ first: 0, end: 2 });
    expect(spans(all(3, 0.5, -1), 4)).toMatchObject({ first: 2, end: 4 });
    expect(spans(all(0, 1), 4)).toMatchObject({ first: 0, end: 0 });
  });
});

describe('paintBands', () => {
  it('gives every cell its colour, as wide as it is', () => {
    expect([...paint(4, 1, [band([1, -1])], all(2, 0.5))]).toEqual([word(1), word(1), word(-1), word(-1)]);
  });

  it('keeps the spike of either sign where columns share a pixel', () => {
    expect([...paint(2, 1, [band([1, 0, -1])], all(3, 1.5))]).toEqual([word(1), word(-1)]);
  });

  it('keeps the spike where rows share a pixel', () => {
    const shared = {
      codes: [codesOf([0, 0.1]), codesOf([0.9, 0]), codesOf([0, -0.8])],
      shades: ranked,
      top: 0,
      bottom: 1,
    };
    expect([...paint(2, 1, [shared], all(2, 1))]).toEqual([word(0.9), word(-0.8)]);
  });

  it('keeps a shut gate as well as an open one when gates rest at one half', () => {
    const gates = makeColormap({ low: 0, high: 1, diverging: false });
    const gate = rankColors(gates, 0.5);
    const bands = [{ codes: [codesOf([0.9, 0.02], gate)], shades: gate, top: 0, bottom: 1 }];
    expect([...paint(1, 1, bands, all(2, 2))]).toEqual([gates.words[gates.index(0.02)]]);
  });

  it('passes over what is missing beside what is there', () => {
    expect([...paint(1, 1, [band([NaN, 0.3])], all(2, 2))]).toEqual([word(0.3)]);
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
  const rowsOf =
    (...rows: number[][]) =>
    (row: number) =>
      rows[row] ? { values: Float32Array.from(rows[row]), ranked } : null;

  it('codes the columns asked for, in their order', () => {
    expect([...makeCells(2, Uint32Array.of(3, 1), rowsOf([0, 0.2, 0, 0.8])).codes(0, 0)]).toEqual([
      code(0.8),
      code(0.2),
    ]);
  });

  it('keeps the furthest of every two at the next level, the rest of the row too', () => {
    const cells = makeCells(5, null, rowsOf([0.5, -0.9, 0, 0.1, NaN]));
    expect([...cells.codes(0, 1)]).toEqual([code(-0.9), code(0.1), 0]);
    expect([...cells.codes(0, 2)]).toEqual([code(-0.9), 0]);
    expect([...cells.codes(0, 3)]).toEqual([code(-0.9)]);
  });

  it('ranks by distance from rest, what lies outside the limits as the nearest end, what is missing lowest', () => {
    expect([0, 0.1, -0.2, 0.9, -1].map((value) => code(value)).every((rank, i, all) => !i || rank > all[i - 1])).toBe(
      true,
    );
    expect([code(5), code(-5), code(Infinity), code(NaN)]).toEqual([code(1), code(-1), 0, 0]);
    expect([code(0), code(0.01)]).toEqual([1, 1]);
  });

  it('has one rank where all values are the limit', () => {
    const flat = rankColors(makeColormap({ low: 0, high: 0, diverging: false }), 0);
    expect([code(0, flat), flat.words[1]]).toEqual([1, makeColormap({ low: 0, high: 0, diverging: false }).words[128]]);
  });

  it('has nothing for a row that is not here yet, and asks again', () => {
    const here: number[][] = [];
    const cells = makeCells(1, null, (row) => rowsOf(...here)(row));
    expect(cells.codes(0, 0)).toHaveLength(0);
    here.push([1]);
    expect(cells.codes(0, 0)).toHaveLength(1);
  });

  it('levels have codes no wider than a pixel', () => {
    expect([0.1, 1, 1.9, 2, 7.9, 8].map(levelFor)).toEqual([0, 0, 0, 1, 2, 3]);
    expect(FOLD).toBe(2);
  });
});

it('paints a spike among 20,000 tokens of 512 units', () => {
  const [rows, columns, width] = [512, 20000, 1000];
  const values = Float32Array.from({ length: columns }, (_, c) => 0.1 * Math.sin(c));
  values[12345] = -1;
  const cells = makeCells(columns, null, () => ({ values, ranked }));
  const level = levelFor(columns / width);
  const words = new Uint32Array(width * rows);
  const bands = Array.from({ length: rows }, (_, r) => ({
    codes: [cells.codes(r, level)],
    shades: ranked,
    top: r,
    bottom: r + 1,
  }));
  paintBands({ words, width, height: rows }, bands, all(columns / FOLD ** level, columns / width / FOLD ** level));
  expect(words.indexOf(word(-1))).toBe(617);
});
