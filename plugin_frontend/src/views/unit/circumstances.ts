import type { LayerInfo } from '../../data/types.ts';
import type { Circumstances } from '../../state/evidence.ts';
import { findProbe } from '../../state/settle.ts';
import { shown, type Side, type Store } from '../../state/store.ts';

/** The layers of a side, in the model's order. */
export function layersOf(store: Store, { sources }: Side): readonly LayerInfo[] {
  const [index, place] = [shown(store.index.value), sources.place.value];
  return (index && place && findProbe(index, place.run, place.probe)?.layers) || [];
}

/** The layer chosen. */
export function layerOf(store: Store, side: Side): LayerInfo | null {
  const layer = store.selection.value?.layer;
  return layersOf(store, side).find((info) => info.layer === layer) ?? null;
}

export function circumstancesOf(store: Store, side: Side, typed: boolean): Circumstances {
  const quantity = store.selection.value?.quantity;
  const info = layerOf(store, side)?.quantities.find((one) => one.quantity === quantity);
  return { digest: side.sources.digest.value, gate: Boolean(info?.role), typed };
}

/** Chooses a step of one of the recordings shown, whichever of them it is. */
export function chooseStep(store: Store, side: Side, step: number): void {
  const selection = store.selection.peek();
  const place = side.sources.place.peek();
  if (!selection || !place) return;
  if (side.series === 0) return store.select({ step });
  if (side.series === 1) return store.select({ compare: { run: place.run, step } });
  store.select({ more: selection.more.map((one, i) => (i === side.series - 2 ? { ...one, step } : one)) });
}
