import { growingJson, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Numbers of each head of a matrix, step by step. */
export interface MatrixSummary {
  readonly steps: readonly number[];
  readonly heads: number;
  /** Values of each head, step by step, of each statistic. */
  readonly values: ReadonlyMap<string, readonly (readonly number[])[]>;
  /** Values by step of a head, or of the mean of all; NaN if undefined. */
  get(statistic: string, head: number | 'mean'): Float32Array;
}

export const requestMatrixSummary = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  matrix: string,
): Request<MatrixSummary> =>
  growingJson('matrix_summary', { run, probe, matrix }, async (answer, earlier) =>
    (await import('./matrix-wire.ts')).decodeMatrixSummary(answer, earlier),
  );
