import type { Rgb } from '../../state/oklab.ts';

/** Picture of dots: red, green, blue and opacity of each pixel. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Dots in device pixels; one that is not finite is not painted. */
export interface Dots {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** (dots, 3): red, green, blue. */
  readonly rgb: Uint8Array;
  /** Opacity of each dot, 0 to 255. */
  readonly opacity: Uint8Array;
  /** Indices in the order of painting. */
  readonly order: Uint32Array;
  /** In device pixels. */
  readonly radius: number;
}

/** Coverage of the pixels of a disc, 0 to 1, row-major. */
export function disc(radius: number): { readonly size: number; readonly coverage: Float32Array } {
  const arm = Math.ceil(radius);
  const size = 2 * arm + 1;
  const coverage = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const far = Math.hypot(row - arm, column - arm);
      coverage[row * size + column] = Math.max(0, Math.min(1, radius + 0.5 - far));
    }
  return { size, coverage };
}

/** Indices by a rank of 0 to 255, equal ones in their order: a counting sort. */
export function byRank(ranks: Uint8Array): Uint32Array {
  const starts = new Uint32Array(257);
  for (const rank of ranks) starts[rank + 1]++;
  for (let rank = 0; rank < 256; rank++) starts[rank + 1] += starts[rank];
  const order = new Uint32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) order[starts[ranks[i]]++] = i;
  return order;
}

/** Paints dots over each other; a crowd of pale dots is as opaque as it is dense. */
export function paintDots({ data, width, height }: Pixels, { x, y, rgb, opacity, order, radius }: Dots): void {
  const { size, coverage } = disc(radius);
  const arm = (size - 1) / 2;
  const covered = Uint16Array.from(coverage.keys()).filter((k) => coverage[k] > 0);
  const across = Int32Array.from(covered, (k) => (k % size) - arm);
  const down = Int32Array.from(covered, (k) => Math.floor(k / size) - arm);
  const shares = Float32Array.from(covered, (k) => coverage[k] / 255);
  for (const i of order) {
    const [left, top] = [Math.round(x[i]), Math.round(y[i])];
    if (!(left >= -arm && left < width + arm && top >= -arm && top < height + arm)) continue;
    const isInside = left >= arm && left < width - arm && top >= arm && top < height - arm;
    const [red, green, blue] = [rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]];
    for (let k = 0; k < covered.length; k++) {
      const [column, line] = [left + across[k], top + down[k]];
      if (!isInside && (column < 0 || column >= width || line < 0 || line >= height)) continue;
      const pixel = 4 * (line * width + column);
      const share = shares[k] * opacity[i];
      const sum = share + (data[pixel + 3] / 255) * (1 - share);
      const weight = share / sum;
      data[pixel] += weight * (red - data[pixel]);
      data[pixel + 1] += weight * (green - data[pixel + 1]);
      data[pixel + 2] += weight * (blue - data[pixel + 2]);
      data[pixel + 3] = 255 * sum;
    }
  }
}

/** Colours of points as bytes. */
export function colorBytes(count: number, colorOf: (index: number) => Rgb): Uint8Array {
  const bytes = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) bytes.set(colorOf(i), 3 * i);
  return bytes;
}
