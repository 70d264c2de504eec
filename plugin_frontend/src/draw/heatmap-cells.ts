/** Values of a row and the limits between which they have colours. */
export interface RowValues {
  readonly values: Float32Array;
  readonly low: number;
  readonly high: number;
  /** Where cells share a pixel, the value furthest from here stays. */
  readonly rest: number;
}

/** Codes of cells: 0 where nothing finite is, else the place of their colour among 256, at least 1. */
export interface Cells {
  /** Of a row, one code for each `FOLD ** level` columns: the furthest from rest. Empty while the row is not here. */
  codes(row: number, level: number): Uint8Array;
}

export const MISSING = 0;
export const FOLD = 4;
const CODES = 256;
const NONE = new Uint8Array(0);

/** The place of a value's colour among 256, as a code. */
export function coder(low: number, high: number): (value: number) => number {
  const factor = high > low ? CODES / (high - low) : 0;
  return (value) => {
    if (!Number.isFinite(value)) return MISSING;
    const code = factor ? Math.floor((value - low) * factor) : value < low ? 1 : value > high ? CODES - 1 : CODES >> 1;
    return code < 1 ? 1 : code >= CODES ? CODES - 1 : code;
  };
}

/** How far each code is from `rest`; what is missing is nearer than anything. */
export function distances(rest: number): Uint8Array {
  return Uint8Array.from({ length: CODES }, (_, code) => (code === MISSING ? 0 : Math.min(CODES - 1, 1 + Math.abs(code - rest))));
}

/** The level at which a pixel of `perPixel` columns still holds two codes or more. */
export function levelFor(perPixel: number): number {
  return Math.max(0, Math.floor(Math.log(perPixel / 2) / Math.log(FOLD) + 1e-9));
}

/** Codes in the order of the columns, made when a row is first painted and kept: scrolling and zooming read bytes alone. */
export function makeCells(columns: number, order: Uint32Array | null, find: (row: number) => RowValues | null): Cells {
  const rows = new Map<number, Uint8Array[]>();
  return {
    codes(row, level) {
      let levels = rows.get(row);
      if (!levels) {
        const found = find(row);
        if (!found) return NONE;
        rows.set(row, (levels = [encode(found, columns, order)]));
      }
      while (levels.length <= level) levels.push(fold(levels[levels.length - 1], restOf(find(row)!)));
      return levels[level];
    },
  };
}

const restOf = ({ low, high, rest }: RowValues) => coder(low, high)(rest);

function encode({ values, low, high }: RowValues, columns: number, order: Uint32Array | null): Uint8Array {
  const codes = new Uint8Array(columns);
  const factor = high > low ? CODES / (high - low) : 0;
  const code = coder(low, high);
  for (let place = 0; place < columns; place++) {
    const value = values[order ? order[place] : place];
    const at = (value - low) * factor;
    codes[place] = at >= 1 && at < CODES ? at : code(value);
  }
  return codes;
}

function fold(codes: Uint8Array, rest: number): Uint8Array {
  const far = distances(rest);
  const folded = new Uint8Array(Math.ceil(codes.length / FOLD));
  for (let i = 0, c = 0; i < folded.length; i++) {
    let best = codes[c++];
    for (let k = 1; k < FOLD && c < codes.length; k++, c++) if (far[codes[c]] > far[best]) best = codes[c];
    folded[i] = best;
  }
  return folded;
}
