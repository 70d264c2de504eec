import type { Side, Store } from './store.ts';

/** Chooses a step of one of the recordings shown, whichever of them it is. */
export function chooseStep(store: Store, side: Side, step: number): void {
  const selection = store.selection.peek();
  const place = side.sources.place.peek();
  if (!selection || !place) return;
  if (side.series === 0) return store.select({ step });
  if (side.series === 1) return store.select({ compare: { run: place.run, step } });
  store.select({ more: selection.more.map((one, i) => (i === side.series - 2 ? { ...one, step } : one)) });
}
