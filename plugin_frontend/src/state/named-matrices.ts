import type { NamedMatrix } from '../data/named-matrix.ts';
import type { MatrixInfo, TokenText } from '../data/types.ts';
import { makeColormap, type Colormap } from './colormap.ts';

/** Matrix of a name, or the first if there is no such matrix. */
export const chosenMatrix = (matrices: readonly MatrixInfo[], name: string): MatrixInfo | null =>
  matrices.find(({ matrix }) => matrix === name) ?? matrices[0] ?? null;

/** Index of the first token of a sequence among all tokens. */
export const startOf = ({ lengths }: Pick<TokenText, 'lengths'>, sequence: number): number =>
  lengths.slice(0, sequence).reduce((sum, length) => sum + length, 0);

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
