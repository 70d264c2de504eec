import type { NamedMatrix, MatrixSide } from '../../data/named-matrix.ts';
import type { MatrixInfo, ProbeInfo, RunInfo, TokenText } from '../../data/types.ts';
import { makeColormap, type Colormap } from '../../state/colormap.ts';
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

/** Matrix of a name, or the first if there is no such matrix. */
export const chosenMatrix = (matrices: readonly MatrixInfo[], name: string): MatrixInfo | null =>
  matrices.find(({ matrix }) => matrix === name) ?? matrices[0] ?? null;

/** Name of the axis that the tokens of a probe belong to. */
const axisOf = ({ stepsOf, signal }: ProbeInfo): string => stepsOf ?? (signal ? 'time' : 'tokens');

/**
 * Probe whose text has the tokens of an axis.
 * Null if the log has none: entries are numbered.
 */
export function probeOfAxis(run: RunInfo, probe: ProbeInfo, axis: string): ProbeInfo | null {
  if (!axis) return null;
  if (axisOf(probe) === axis) return probe;
  return run.probes.find((other) => other.parent === probe.probe && axisOf(other) === axis) ?? null;
}

/** Tokens of a sequence, white space as signs; null if it has none. */
export function tokensOf(text: TokenText, sequence: number): readonly string[] | null {
  if (text.signal || sequence >= text.lengths.length) return null;
  const start = startOf(text, sequence);
  return Array.from(text.tokens.subarray(start, start + text.lengths[sequence]), (id) => visible(text.table[id]));
}

/** Index of the first token of a sequence among all tokens. */
export const startOf = ({ lengths }: Pick<TokenText, 'lengths'>, sequence: number): number =>
  lengths.slice(0, sequence).reduce((sum, length) => sum + length, 0);

/** Names of rows or columns: their own, tokens, or numbers. */
export function namesOf({ size, names }: MatrixSide, tokens: readonly string[] | null): readonly string[] {
  return Array.from({ length: size }, (_, i) => names?.[i] ?? tokens?.[i] ?? String(i));
}

/** Largest magnitude of finite values; 0 if there is none. */
export function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}

/** Colours from 0 to a limit, or to both sides of 0 if a value is negative. */
export function matrixColors(values: Float32Array, limit: number, signed: boolean, dark: boolean): Colormap {
  const diverging = signed || values.some((value) => value < 0);
  const high = limit > 0 ? limit : 1;
  return makeColormap({ low: diverging ? -high : 0, high, diverging, dark });
}

/**
 * Part without masked rows and columns at the end.
 * Padding would take the room of the tokens.
 */
export function unmasked(matrix: NamedMatrix): NamedMatrix {
  const [rows, columns] = [matrix.rows.length || matrix.rows.size, matrix.columns.length || matrix.columns.size];
  if (rows === matrix.rows.size && columns === matrix.columns.size) return matrix;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * matrix.columns.size;
    values.set(matrix.values.subarray(start, start + columns), row * columns);
  }
  return { ...matrix, rows: { ...matrix.rows, size: rows }, columns: { ...matrix.columns, size: columns }, values };
}
