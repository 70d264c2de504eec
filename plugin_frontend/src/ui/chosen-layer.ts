import type { LayerInfo } from '../data/types.ts';
import type { Circumstances } from '../state/finding-context.ts';
import { findProbe } from '../state/resolve-selection.ts';
import { shown, type Side, type Store } from '../state/store.ts';

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
