import { integer, WireError, type JsonObject } from './json.ts';

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
