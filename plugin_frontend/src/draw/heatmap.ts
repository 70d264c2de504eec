import { distances, MISSING } from './heatmap-cells.ts';
import type { Rgb } from './oklab.ts';

/** An image of device pixels, one 32-bit word each, row-major. */
export interface Image {
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Which codes stand under which pixels. */
export interface Columns {
  readonly count: number;
  /** Place at the left edge of the image, fractions allowed. */
  readonly first: number;
  /** Places a pixel: above 1 several share one. */
  readonly perPixel: number;
}

/** Rows of codes that share the pixel rows [top, bottom). */
export interface Band {
  readonly codes: readonly Uint8Array[];
  readonly shades: Shades;
  readonly top: number;
  readonly bottom: number;
}

export interface Shades {
  /** The colour of every code. */
  readonly words: Uint32Array;
  readonly hatch: { readonly ground: Rgb; readonly stripe: Rgb };
  /** Where cells share a pixel, the code furthest from this one stays. */
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

/** Paints the bands; pixels without data stay as they are transparent. */
export function paintBands(image: Image, bands: Iterable<Band>, columns: Columns): void {
  const { words, width, height } = image;
  words.fill(NOTHING);
  const edges = spans(columns, width);
  const seen = seenPixels(edges);
  const strongest = new Uint8Array(width);
  const far = new Map<number, Uint8Array>();
  for (const { codes, shades, top, bottom } of bands) {
    const from = Math.max(0, top);
    const to = Math.min(height, bottom);
    if (from >= to || !codes.some(({ length }) => length)) continue;
    if (!far.has(shades.rest)) far.set(shades.rest, distances(shades.rest));
    strongest.fill(MISSING);
    for (const row of codes) pool(strongest, row, edges, seen, far.get(shades.rest)!);
    const line = words.subarray(from * width, (from + 1) * width);
    const whole = color(line, strongest, seen, shades.words);
    for (let y = from + 1; y < to; y++) words.copyWithin(y * width, from * width, (from + 1) * width);
    if (!whole) fillHatch(words, from * width, to * width, width, hatchWords(shades.hatch));
  }
}

/** First and end of the pixels that have places. */
function seenPixels(edges: Int32Array): [first: number, end: number] {
  let end = edges.length / 2;
  while (end > 0 && edges[2 * end - 1] <= edges[2 * end - 2]) end--;
  let first = 0;
  while (first < end && edges[2 * first + 1] <= edges[2 * first]) first++;
  return [first, end];
}

/** Keeps under each pixel what is furthest from rest. */
function pool(strongest: Uint8Array, codes: Uint8Array, edges: Int32Array, [first, end]: readonly [number, number], far: Uint8Array): void {
  for (let x = first; x < end; x++) {
    let best = strongest[x];
    const stop = edges[2 * x + 1];
    for (let c = edges[2 * x]; c < stop; c++) {
      const code = codes[c];
      if (far[code] > far[best]) best = code;
    }
    strongest[x] = best;
  }
}

/** True when no pixel of the line is missing. */
function color(line: Uint32Array, codes: Uint8Array, [first, end]: readonly [number, number], words: Uint32Array): boolean {
  let whole = true;
  for (let x = first; x < end; x++) {
    const code = codes[x];
    if (code === MISSING) {
      whole = false;
      line[x] = HATCHED;
    } else line[x] = words[code];
  }
  return whole;
}

function fillHatch(words: Uint32Array, from: number, to: number, width: number, [ground, stripe]: readonly [number, number]): void {
  for (let p = from; p < to; p++) {
    if (words[p] === HATCHED) words[p] = ((p % width) + Math.floor(p / width)) % STRIPES < 2 ? stripe : ground;
  }
}

function hatchWords({ ground, stripe }: Shades['hatch']): [number, number] {
  const words = new Uint32Array(new Uint8ClampedArray([...ground, 255, ...stripe, 255]).buffer);
  return [words[0], words[1]];
}
