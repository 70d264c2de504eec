import { computed, type ReadonlySignal } from '@preact/signals-core';

/**
 * Computed signal that keeps its old object while the new one is equal.
 * Dependents do not rerun.
 */
export function dedupedComputed<T>(find: () => T): ReadonlySignal<T> {
  let old: T;
  let word: string | undefined;
  return computed(() => {
    const value = find();
    const now = JSON.stringify(value);
    if (now !== word) [old, word] = [value, now];
    return old;
  });
}

export const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
