import { MISSING, type Ranked } from './heatmap-cells.ts';

/** An image of device pixels, one 32-bit word each, row-major. */
export interface Image {
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Ranges of codes under each pixel column. */
export interface Columns {
  readonly count: number;
  /** Place at the left edge of the image, fractions allowed. */
  readonly first: number;
  /** Places a pixel, below 2: above 1 some share one. */
  readonly perPixel: number;
}

/**
 * Rows of codes that share the pixel rows [top, bottom).
 * The highest code under a pixel is drawn.
 */
export interface Band {
  readonly codes: readonly Uint8Array[];
  readonly shades: Shades;
  readonly top: number;
  readonly bottom: number;
}

export type Shades = Pick<Ranked, 'words' | 'hatch'>;

/** No colour has alpha 0, so these two words are free. */
const NOTHING = 0;
const HATCHED = 1;
const STRIPES = 6;

/** The first and the last code under each pixel that has one. */
interface Spans {
  readonly first: number;
  readonly end: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** First and last column under each pixel, at least one; empty pixels lie outside. */
export function spans({ first, perPixel, count }: Columns, width: number): Spans {
  const low = new Int32Array(width);
  const high = new Int32Array(width);
  let from = width;
  let end = 0;
  for (let x = 0; x < width; x++) {
    const begin = Math.floor(first + x * perPixel + 1e-9);
    const stop = perPixel > 1 ? Math.max(begin + 1, Math.floor(first + (x + 1) * perPixel + 1e-9)) : begin + 1;
    if (stop <= 0 || begin >= count) continue;
    low[x] = Math.max(0, begin);
    high[x] = Math.min(count, stop) - 1;
    from = Math.min(from, x);
    end = x + 1;
  }
  return { first: Math.min(from, end), end, low, high };
}

/** Paints the bands; pixels without data stay as they are transparent. */
export function paintBands(image: Image, bands: Iterable<Band>, columns: Columns): void {
  const { words, width, height } = image;
  words.fill(NOTHING);
  const under = spans(columns, width);
  const highest = new Uint8Array(width);
  for (const { codes, shades, top, bottom } of bands) {
    const from = Math.max(0, top);
    const to = Math.min(height, bottom);
    const here = codes.filter(({ length }) => length);
    if (from >= to || !here.length) continue;
    highest.fill(MISSING);
    for (const row of here) pool(highest, row, under);
    const line = words.subarray(from * width, (from + 1) * width);
    const whole = color(line, highest, under, shades.words);
    for (let y = from + 1; y < to; y++) words.copyWithin(y * width, from * width, (from + 1) * width);
    if (!whole) fillHatch(words, from * width, to * width, width, hatchWords(shades.hatch));
  }
}

/** Keeps the highest code under each pixel. */
function pool(highest: Uint8Array, codes: Uint8Array, { first, end, low, high }: Spans): void {
  for (let x = first; x < end; x++) {
    const a = codes[low[x]];
    const b = codes[high[x]];
    const code = a > b ? a : b;
    if (code > highest[x]) highest[x] = code;
  }
}

/** True when no pixel of the line is missing. */
function color(line: Uint32Array, codes: Uint8Array, { first, end }: Spans, words: Uint32Array): boolean {
  let least = 255;
  for (let x = first; x < end; x++) {
    const code = codes[x];
    line[x] = words[code];
    if (code < least) least = code;
  }
  if (least > MISSING) return true;
  for (let x = first; x < end; x++) if (codes[x] === MISSING) line[x] = HATCHED;
  return false;
}

function fillHatch(
  words: Uint32Array,
  from: number,
  to: number,
  width: number,
  [ground, stripe]: readonly [number, number],
): void {
  for (let p = from; p < to; p++) {
    if (words[p] === HATCHED) words[p] = ((p % width) + Math.floor(p / width)) % STRIPES < 2 ? stripe : ground;
  }
}

function hatchWords({ ground, stripe }: Shades['hatch']): [number, number] {
  const words = new Uint32Array(new Uint8ClampedArray([...ground, 255, ...stripe, 255]).buffer);
  return [words[0], words[1]];
}
