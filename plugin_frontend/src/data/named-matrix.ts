import { container, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Rows or columns of a matrix in one sequence. */
export interface MatrixSide {
  /** Name of the axis whose steps they are; empty if there is none. */
  readonly axis: string;
  readonly size: number;
  /** Number of them without masked ones at the end. */
  readonly length: number;
  /** Their own names; null if they are numbered, or steps of an axis. */
  readonly names: readonly string[] | null;
}

/** Matrix with names on both axes, such as attention scores, in one sequence. */
export interface NamedMatrix {
  readonly name: string;
  readonly sequence: number;
  /** Null for the mean of all heads. */
  readonly head: number | null;
  /** Null for a matrix without heads. */
  readonly heads: number | null;
  /** Number of sequences in the log. */
  readonly sequences: number;
  /** Sequences, rows and columns of the recording, of which the log has the first. */
  readonly recorded: readonly number[];
  readonly rows: MatrixSide;
  readonly columns: MatrixSide;
  /** Row-major, NaN where missing. */
  readonly values: Float32Array;
}

export const requestNamedMatrix = (
  ref: RecordingRef,
  matrix: string,
  sequence: number,
  head: number | 'mean',
): Request<NamedMatrix> =>
  container('matrix', { ...recordingQuery(ref), matrix, sequence, head }, async (buffer) =>
    (await import('./matrix-wire.ts')).decodeNamedMatrix(buffer),
  );
