import { computed, type ReadonlySignal } from '@preact/signals-core';

/** Keeps the old object while the new one says the same, so that nobody is woken for nothing. */
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
