import type { NamedMatrix } from '../data/named-matrix.ts';
import type { MatrixInfo, ProbeInfo, RunInfo, TokenText } from '../data/types.ts';
import { makeColormap, type Colormap } from './colormap.ts';

/** Matrix of a name, or the first if there is no such matrix. */
export const chosenMatrix = (matrices: readonly MatrixInfo[], name: string): MatrixInfo | null =>
  matrices.find(({ matrix }) => matrix === name) ?? matrices[0] ?? null;

/** Probe that has the matrices: itself, or the pair that it is one side of. */
export const matrixOwner = ({ probes }: RunInfo, probe: ProbeInfo): ProbeInfo =>
  (probe.matrices.length ? null : probes.find((other) => other.probe === probe.parent)) ?? probe;

/** Name of a head for readers, who count from 1; links and requests count from 0. */
export const headName = (head: number): string => `head ${head + 1}`;

/** Index of the first token of a sequence among all tokens. */
export const startOf = ({ lengths }: Pick<TokenText, 'lengths'>, sequence: number): number =>
  lengths.slice(0, sequence).reduce((sum, length) => sum + length, 0);

/** Largest magnitude of finite values; 0 if there is none. */
export function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}

/** Colours from 0 to a limit, or to both sides of 0 for negative values. */
export function matrixColors(
  matrices: readonly Float32Array[],
  limit: number,
  signed: boolean,
  dark: boolean,
): Colormap {
  const diverging = signed || matrices.some((values) => values.some((value) => value < 0));
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
