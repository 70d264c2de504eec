import type { Colormap } from '../../state/colormap.ts';

/**
 * Colour codes of cells: 0 if missing, else the rank of the colour.
 * The rank is higher for values further from rest.
 */
export interface Cells {
  /**
   * Codes of a row, one for each `FOLD ** level` columns: the highest of them.
   * Empty while the row is missing.
   */
  codes(row: number, level: number): Uint8Array;
}

/**
 * Colours by rank, and the rank of each value.
 * If cells share a pixel, the highest rank is drawn.
 */
export interface Ranked {
  readonly low: number;
  /** Colours a unit of value; 0 where all values have one colour. */
  readonly factor: number;
  /** The rank of each colour, from 1. */
  readonly ranks: Uint8Array;
  /** True if the colours are those of the hyperbolic tangent of a value. */
  readonly tanh: boolean;
  /** Colours of the ranks, one 32-bit word each. */
  readonly words: Uint32Array;
  readonly hatch: Colormap['hatch'];
}

export interface RowValues {
  readonly values: Float32Array;
  readonly ranked: Ranked;
}

export const MISSING = 0;
export const FOLD = 2;
const COLORS = 256;
const NONE = new Uint8Array(0);

/**
 * Colours ranked by distance from the colour of `rest`.
 * Rank 0 means missing, so the two nearest share a rank.
 */
export function rankColors(
  { low, high, words, hatch, tanh }: Pick<Colormap, 'low' | 'high' | 'words' | 'hatch' | 'tanh'>,
  rest: number,
): Ranked {
  const factor = high > low ? COLORS / (high - low) : 0;
  return { low, factor, tanh, hatch, ...rankPalette(words, colorOf(low, factor, rest)) };
}

type RankedPalette = Pick<Ranked, 'ranks' | 'words'>;

const palettes = new WeakMap<Uint32Array, Map<number, RankedPalette>>();

/**
 * Ranks of the colours of a palette, cached.
 * Every unit may have limits of its own.
 */
function rankPalette(words: Uint32Array, middle: number): RankedPalette {
  const byMiddle = palettes.get(words) ?? new Map<number, RankedPalette>();
  palettes.set(words, byMiddle);
  let palette = byMiddle.get(middle);
  if (!palette) {
    palette = { ranks: new Uint8Array(COLORS), words: new Uint32Array(COLORS) };
    const order = Array.from({ length: COLORS }, (_, color) => color).sort(
      (a, b) => Math.abs(b - middle) - Math.abs(a - middle) || a - b,
    );
    for (const [i, color] of order.entries()) {
      const rank = Math.max(1, COLORS - 1 - i);
      palette.ranks[color] = rank;
      palette.words[rank] = words[color];
    }
    byMiddle.set(middle, palette);
  }
  return palette;
}

function colorOf(low: number, factor: number, value: number): number {
  const color = factor ? Math.floor((value - low) * factor) : value < low ? 0 : value > low ? COLORS - 1 : COLORS / 2;
  return Math.max(0, Math.min(COLORS - 1, color));
}

export const rankOf = ({ low, factor, ranks, tanh }: Ranked, value: number) =>
  Number.isFinite(value) ? ranks[colorOf(low, factor, tanh ? Math.tanh(value) : value)] : MISSING;

/** The level at which a code is no wider than a pixel of `perPixel` columns. */
export const levelFor = (perPixel: number) => Math.max(0, Math.floor(Math.log2(perPixel) + 1e-9));

/**
 * Codes in the order of the columns, cached at the first painting of a row.
 * Scrolling and zooming read bytes alone.
 */
export function makeCells(columns: number, order: Uint32Array | null, find: (row: number) => RowValues | null): Cells {
  const rows = new Map<number, Uint8Array[]>();
  return {
    codes(row, level) {
      let levels = rows.get(row);
      if (!levels) {
        const values = find(row);
        if (!values) return NONE;
        rows.set(row, (levels = [encode(values, columns, order)]));
      }
      while (levels.length <= level) levels.push(fold(levels[levels.length - 1]));
      return levels[level];
    },
  };
}

function encode({ values, ranked }: RowValues, columns: number, order: Uint32Array | null): Uint8Array {
  const { low, factor, ranks, tanh } = ranked;
  const codes = new Uint8Array(columns);
  for (let column = 0; column < columns; column++) {
    const value = values[order === null ? column : order[column]];
    const color = tanh ? NaN : (value - low) * factor;
    codes[column] = color >= 0 && color < COLORS ? ranks[color | 0] : rankOf(ranked, value);
  }
  return codes;
}

function fold(codes: Uint8Array): Uint8Array {
  const folded = new Uint8Array(Math.ceil(codes.length / FOLD));
  const pairs = codes.length >> 1;
  for (let i = 0, c = 0; i < pairs; i++, c += 2) folded[i] = codes[c] > codes[c + 1] ? codes[c] : codes[c + 1];
  if (pairs < folded.length) folded[pairs] = codes[codes.length - 1];
  return folded;
}
