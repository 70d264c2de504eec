import type { MatrixSide } from '../../data/named-matrix.ts';
import type { TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import { startOf } from '../../state/named-matrices.ts';
import { visible } from '../../state/visible-characters.ts';

/** Values of a recording, or of a difference, at the cells of a matrix. */
export interface MatrixValues {
  /** Letter of the recording, or `B − A`; empty if it is the only one. */
  readonly letter: string;
  readonly rows: number;
  readonly columns: number;
  /** Row-major, NaN where missing. */
  readonly values: Float32Array;
}

/** Matrix with the names of its rows and columns. */
export interface MatrixModel extends MatrixValues {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** The two recordings of a difference; empty otherwise. */
  readonly operands: readonly MatrixValues[];
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

/** Values that are read out for a cell: of each recording, and of the difference. */
export const comparedValues = (models: readonly MatrixModel[]): readonly MatrixValues[] =>
  models.flatMap((model) => [...model.operands, model]);

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, i) => name === b[i]);

type Uncolored = Omit<MatrixModel, 'colors'>;

/** Difference B - A of two matrices, or the reason why there is none. */
export function subtractModels(
  b: Uncolored,
  a: Uncolored,
  colorsOf: (values: Float32Array) => Colormap,
): MatrixModel | string {
  for (const [side, own, other] of [
    ['rows', a.rowNames, b.rowNames],
    ['columns', a.columnNames, b.columnNames],
  ] as const) {
    if (own.length !== other.length)
      return `A has ${own.length} ${side} and B has ${other.length}: a difference needs the same ${side}.`;
    if (!isSame(own, other)) return `A and B have different ${side}: a difference needs the same ${side}.`;
  }
  const values = a.values.map((value, i) => b.values[i] - value);
  return { ...a, letter: `${b.letter} − ${a.letter}`, values, operands: [a, b], colors: colorsOf(values) };
}
