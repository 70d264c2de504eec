import { HALF_MASKED, halfTable } from './half.ts';
import { Lru } from './lru.ts';
import { Missing, type Matrix } from './types.ts';

/** A block of units over a block of time, as it was written. */
export interface Chunk {
  readonly units: readonly [first: number, end: number];
  readonly tokens: readonly [first: number, end: number];
  readonly scale: Float32Array;
  /** int8 codes, or the bits of 16-bit floats. Row-major. */
  readonly codes: Int8Array | Uint16Array;
}

/** int8 codes below this one stand for what is no number. */
const LOWEST_CODE = -124;
const INT8_MISSING: Readonly<Record<number, Missing>> = {
  [-128]: Missing.Masked,
  [-127]: Missing.NaN,
  [-126]: Missing.NegativeInfinity,
  [-125]: Missing.Infinity,
};
/** Decoded rows of all matrices together. */
const decoded = new Lru<Float32Array>(32 * 2 ** 20);
let matrices = 0;

export class ChunkedMatrix implements Matrix {
  readonly scale: Float32Array;
  private readonly id = matrices++;
  private joined: Int8Array | null | undefined;

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly chunks: readonly Chunk[],
  ) {
    this.scale = new Float32Array(rows);
    for (const { units, scale } of chunks) {
      scale.forEach((value, i) => (this.scale[units[0] + i] = Math.max(this.scale[units[0] + i], value)));
    }
  }

  get codes(): Int8Array | null {
    if (this.joined === undefined) this.joined = this.join();
    return this.joined;
  }

  row(r: number): Float32Array {
    const key = `${this.id} ${r}`;
    const cached = decoded.get(key);
    if (cached) return cached;
    const values = this.decode(r);
    decoded.set(key, values, values.byteLength);
    return values;
  }

  missing(r: number, c: number): Missing {
    const chunk = this.chunks.find(({ units, tokens }) => inside(r, units) && inside(c, tokens));
    if (!chunk) return Missing.Masked;
    const { units, tokens, codes } = chunk;
    const code = codes[(r - units[0]) * (tokens[1] - tokens[0]) + c - tokens[0]];
    if (codes instanceof Int8Array) return INT8_MISSING[code] ?? Missing.No;
    if (code === HALF_MASKED) return Missing.Masked;
    const value = halfTable()[code];
    if (Number.isNaN(value)) return Missing.NaN;
    return value === Infinity ? Missing.Infinity : value === -Infinity ? Missing.NegativeInfinity : Missing.No;
  }

  private decode(r: number): Float32Array {
    const values = new Float32Array(this.columns).fill(NaN);
    for (const { units, tokens, scale, codes } of this.chunks) {
      if (!inside(r, units)) continue;
      const width = tokens[1] - tokens[0];
      const offset = (r - units[0]) * width;
      const factor = scale[r - units[0]];
      if (codes instanceof Int8Array) {
        for (let i = 0; i < width; i++) {
          const code = codes[offset + i];
          if (code >= LOWEST_CODE) values[tokens[0] + i] = code * factor;
        }
      } else {
        const half = halfTable();
        for (let i = 0; i < width; i++) {
          const value = half[codes[offset + i]];
          if (Number.isFinite(value)) values[tokens[0] + i] = value * factor;
        }
      }
    }
    return values;
  }

  private join(): Int8Array | null {
    const whole = this.chunks.every(
      (c) => c.codes instanceof Int8Array && c.tokens[0] === 0 && c.tokens[1] === this.columns,
    );
    const covered = this.chunks.reduce((sum, c) => sum + c.units[1] - c.units[0], 0);
    if (!whole || covered !== this.rows) return null;
    if (this.chunks.length === 1) return this.chunks[0].codes as Int8Array;
    const all = new Int8Array(this.rows * this.columns);
    for (const { units, codes } of this.chunks) all.set(codes as Int8Array, units[0] * this.columns);
    return all;
  }
}

const inside = (i: number, [first, end]: readonly [number, number]) => i >= first && i < end;
