import type { MatrixSide } from '../../data/named-matrix.ts';
import type { TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import { startOf } from '../../state/named-matrices.ts';
import { visible } from '../../state/visible-characters.ts';

/** Matrix with the names of its rows and columns. */
export interface MatrixModel {
  readonly rows: number;
  readonly columns: number;
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** Row-major, NaN where missing. */
  readonly values: Float32Array;
  readonly colors: Colormap;
}

/** Cell, row or column that is pointed at. */
export interface Pointed {
  readonly row: number | null;
  readonly column: number | null;
}

export const NOTHING: Pointed = { row: null, column: null };

/** Tokens of a sequence, white space as signs; null if it has none. */
export function tokensOf(text: TokenText, sequence: number): readonly string[] | null {
  if (text.signal || sequence >= text.lengths.length) return null;
  const start = startOf(text, sequence);
  return Array.from(text.tokens.subarray(start, start + text.lengths[sequence]), (id) => visible(text.table[id]));
}

/** Names of rows or columns: their own, tokens, or numbers. */
export function namesOf({ size, names }: MatrixSide, tokens: readonly string[] | null): readonly string[] {
  return Array.from({ length: size }, (_, i) => names?.[i] ?? tokens?.[i] ?? String(i));
}
