import type { LayerInfo } from '../data/types.ts';
import type { FindingContext } from '../state/finding-context.ts';
import { findProbe, unitsAt } from '../state/resolve-selection.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../state/store.ts';
import { wordingOf } from '../state/wording.ts';

/** The layers of a recording, in the model's order, with the units of its step. */
export function layersOf(store: ViewContext, { data }: ComparedRecording): readonly LayerInfo[] {
  const [index, ref] = [valueOrStale(store.index.value), data.ref.value];
  const layers = (index && ref && findProbe(index, ref.run, ref.probe)?.layers) || [];
  return layers.map((info) => ({ ...info, units: unitsAt(info, data.digest.value) }));
}

/** The layer chosen. */
export function layerOf(store: ViewContext, recording: ComparedRecording): LayerInfo | null {
  const layer = store.selection.value?.layer;
  return layersOf(store, recording).find((info) => info.layer === layer) ?? null;
}

export function findingContextOf(store: ViewContext, recording: ComparedRecording, typed: boolean): FindingContext {
  const quantity = store.selection.value?.quantity;
  const info = layerOf(store, recording)?.quantities.find((one) => one.quantity === quantity);
  return { digest: recording.data.digest.value, gate: Boolean(info?.role), typed, wording: wordingOf(store) };
}
