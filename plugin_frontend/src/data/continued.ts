import { integer, integers, list, WireError, type JsonObject } from './json.ts';

/**
 * Number of earlier steps that an answer continues.
 * These are ascending, and those up to the `after` of the answer.
 * 0 for an answer that has all steps.
 */
export function continuedFrom({ after }: JsonObject, earlier: ArrayLike<number> | undefined): number {
  if (after === null || after === undefined) return 0;
  if (!earlier) throw new WireError('An answer continues one that was not read.');
  const last = integer(after);
  let [low, high] = [0, earlier.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (earlier[middle] <= last) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Largest number of steps of a probe. */
const MAX_STEPS = 2 ** 24;

/**
 * Ascending steps of a list of steps and of ranges.
 * A range is its first step, the number of steps and their distance.
 */
export function expandSteps(entries: unknown): number[] {
  const steps: number[] = [];
  for (const entry of list(entries)) {
    const [first, length = 1, distance = 1, ...more] = Array.isArray(entry) ? integers(entry) : [integer(entry)];
    if (more.length || length < 1 || distance < 1 || steps.length + length > MAX_STEPS)
      throw new WireError(`Steps came as the range ${JSON.stringify(entry)}.`);
    for (let k = 0; k < length; k++) steps.push(first + k * distance);
  }
  return steps;
}
