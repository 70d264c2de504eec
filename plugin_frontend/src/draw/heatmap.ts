import type { Rgb } from './oklab.ts';

/** An image of device pixels, one 32-bit word each, row-major. */
export interface Image {
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Which columns stand under which pixels. */
export interface Columns {
  /** The column of the data at each place; null where place c is column c. */
  readonly order: Uint32Array | null;
  readonly count: number;
  /** Place at the left edge of the image, fractions allowed. */
  readonly first: number;
  /** Places a pixel: above 1 several share one. */
  readonly perPixel: number;
}

/** One row of the data over the pixel rows [top, bottom). */
export interface Band {
  readonly values: Float32Array;
  readonly top: number;
  readonly bottom: number;
}

export interface Shades {
  readonly low: number;
  readonly high: number;
  readonly words: Uint32Array;
  readonly hatch: { readonly ground: Rgb; readonly stripe: Rgb };
  /** Where places share a pixel, the value furthest from here stays. */
  readonly rest: number;
}

/** No colour has alpha 0, so these two words are free. */
const NOTHING = 0;
const HATCHED = 1;
const STRIPES = 6;

/** First and end of the places under each pixel; an empty span where there is no place. */
export function spans(columns: Columns, width: number): Int32Array {
  const { first, perPixel, count } = columns;
  const edges = new Int32Array(2 * width);
  for (let x = 0; x < width; x++) {
    const begin = Math.floor(first + x * perPixel + 1e-9);
    const end = perPixel > 1 ? Math.max(begin + 1, Math.floor(first + (x + 1) * perPixel + 1e-9)) : begin + 1;
    edges[2 * x] = Math.max(0, begin);
    edges[2 * x + 1] = Math.max(0, Math.min(count, end));
  }
  return edges;
}

/** Of the values at the places [begin, end), the one furthest from `rest`; NaN where none is finite. */
export function furthest(values: Float32Array, order: Uint32Array | null, begin: number, end: number, rest: number): number {
  let best = Number.NaN;
  let distance = -1;
  for (let c = begin; c < end; c++) {
    const value = values[order ? order[c] : c];
    const d = Math.abs(value - rest);
    if (d > distance) {
      distance = d;
      best = value;
    }
  }
  return best;
}

/** Paints the bands; pixels without data stay as they are transparent. */
export function paintBands(image: Image, bands: Iterable<Band>, columns: Columns, shades: Shades): void {
  const { words, width, height } = image;
  words.fill(NOTHING);
  const edges = spans(columns, width);
  const hatch = hatchWords(shades.hatch);
  const line = new Uint32Array(width);
  for (const { values, top, bottom } of bands) {
    const from = Math.max(0, top);
    const to = Math.min(height, bottom);
    if (from >= to) continue;
    const whole = paintLine(line, values, columns.order, edges, shades);
    for (let y = from; y < to; y++) {
      words.set(line, y * width);
      if (!whole) fillHatch(words, y, width, hatch);
    }
  }
}

/** True when no pixel of the line is missing. */
function paintLine(line: Uint32Array, values: Float32Array, order: Uint32Array | null, edges: Int32Array, shades: Shades): boolean {
  const { low, high, rest, words } = shades;
  const last = words.length - 1;
  const factor = high > low ? words.length / (high - low) : 0;
  let whole = true;
  let painted = -1;
  let word = NOTHING;
  for (let x = 0, e = 0; x < line.length; x++, e += 2) {
    const begin = edges[e];
    const end = edges[e + 1];
    if (end <= begin) {
      line[x] = NOTHING;
      continue;
    }
    if (end - begin === 1 && begin === painted) {
      line[x] = word;
      continue;
    }
    const value = end - begin === 1 ? values[order ? order[begin] : begin] : furthest(values, order, begin, end, rest);
    painted = end - begin === 1 ? begin : -1;
    if (value !== value) {
      word = HATCHED;
      whole = false;
    } else {
      const i = factor ? Math.floor((value - low) * factor) : value > low ? last : value < low ? 0 : words.length >> 1;
      word = words[i < 0 ? 0 : i > last ? last : i];
    }
    line[x] = word;
  }
  return whole;
}

function fillHatch(words: Uint32Array, y: number, width: number, [ground, stripe]: readonly [number, number]): void {
  for (let x = 0, p = y * width; x < width; x++, p++) {
    if (words[p] === HATCHED) words[p] = (x + y) % STRIPES < 2 ? stripe : ground;
  }
}

function hatchWords({ ground, stripe }: Shades['hatch']): [number, number] {
  const words = new Uint32Array(new Uint8ClampedArray([...ground, 255, ...stripe, 255]).buffer);
  return [words[0], words[1]];
}
