/** One scalar of one run. */
export interface Curve {
  readonly tag: string;
  /** Letters of the recordings that show it: `A`, or `A, B`. */
  readonly letter: string;
  /** Index of its colour. */
  readonly series: number;
  readonly run: string;
  /** Role of the run in its training, such as `train`; empty for the training itself. */
  readonly role: string;
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Seconds since 1970. */
  readonly wallTimes: Float64Array;
  /** Wall time at which the training began, as far as it is known. */
  readonly began: number;
}
