import type { Axis } from '../data/types.ts';

/** Names of the steps of a recording. */
export interface AxisWords {
  /** `epoch` */
  readonly singular: string;
  /** `epochs` */
  readonly plural: string;
  /** One of them: `epoch 3`. */
  name(step: number): string;
  /** Several: `epochs 3–5, 8`; neighbours in `all` are joined. */
  names(steps: readonly number[], all: readonly number[]): string;
}

/** Stretches beyond these are counted, not named. */
const MOST_STRETCHES = 8;
const BEFORE = 'before training';

function wordsOf(singular: string, plural: string): AxisWords {
  // -1 is a recording before the first step.
  const name = (step: number) => (step < 0 ? BEFORE : `${singular} ${step}`);
  const names = (steps: readonly number[], all: readonly number[]) => {
    const counted = steps.filter((step) => step >= 0);
    const stretches = stepRangesOf(counted, all).map(([first, last]) =>
      first === last ? String(first) : `${first}–${last}`,
    );
    const rest = stretches.length - MOST_STRETCHES;
    const stretchNames = counted.length
      ? [
          `${counted.length === 1 ? singular : plural} ${stretches
            .slice(0, MOST_STRETCHES)
            .join(', ')}${rest > 0 ? ` and ${rest} more stretches` : ''}`,
        ]
      : [];
    return [...(counted.length < steps.length ? [BEFORE] : []), ...stretchNames].join(', ');
  };
  return { singular, plural, name, names };
}

const WORDS: Readonly<Record<Axis, AxisWords>> = {
  epoch: wordsOf('epoch', 'epochs'),
  batch: wordsOf('batch', 'batches'),
  once: wordsOf('recording', 'recordings'),
};

export const axisWords = (axis: Axis | undefined): AxisWords => WORDS[axis ?? 'epoch'];

/** First and last of what stands together in `all`; both ascend. */
export function stepRangesOf(
  steps: readonly number[],
  all: readonly number[],
): (readonly [first: number, last: number])[] {
  const indices = new Map(all.map((step, i) => [step, i]));
  const stretches: [number, number][] = [];
  for (const step of steps) {
    const last = stretches.at(-1);
    if (last && indices.get(last[1])! + 1 === indices.get(step)) last[1] = step;
    else stretches.push([step, step]);
  }
  return stretches;
}
