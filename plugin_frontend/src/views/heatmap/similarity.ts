import { signal } from '@preact/signals-core';
import type { Matrix } from '../../data/types.ts';
import { clusterSteps, MOST_CLUSTERED, sampleColumns } from '../../ui/draw/cluster.ts';

const TURN_MS = 8;

/** The order of the rows by similarity, found bit by bit while the page rests. */
export class Similarity {
  /** Of the matrix asked for last; the one before until it is known. */
  readonly order = signal<Uint32Array | null>(null);
  readonly working = signal(false);
  private matrix: Matrix | null = null;
  private turn: ReturnType<typeof setTimeout> | undefined;

  want(matrix: Matrix): void {
    if (matrix === this.matrix) return;
    this.stop();
    this.matrix = matrix;
    if (whyNotClustered(matrix.rows)) return;
    const columns = sampleColumns(matrix.columns);
    const rows: Float32Array[] = [];
    this.working.value = true;
    this.run(
      (function* () {
        for (let row = 0; row < matrix.rows; row++) {
          const values = matrix.row(row);
          rows.push(Float32Array.from(columns, (column) => values[column]));
          yield;
        }
        return yield* clusterSteps(rows);
      })(),
    );
  }

  stop(): void {
    clearTimeout(this.turn);
    this.matrix = null;
    this.working.value = false;
  }

  private run(steps: Generator<void, Uint32Array, void>): void {
    this.turn = setTimeout(() => {
      for (const end = performance.now() + TURN_MS; performance.now() < end;) {
        const { done, value } = steps.next();
        if (!done) continue;
        this.order.value = value;
        this.working.value = false;
        return;
      }
      this.run(steps);
    });
  }
}

/** In few words; null where they can be ordered. */
export const whyNotClustered = (units: number) => (units > MOST_CLUSTERED ? `up to ${MOST_CLUSTERED} units` : null);
