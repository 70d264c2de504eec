import type { Activity } from '../data/types.ts';
import { findProbe, unitsAt } from './resolve-selection.ts';
import { valueOrStale, type Loadable, type RecordingData, type ViewContext } from './store.ts';

/** Number of values above which only single units of a quantity are fetched. */
const LARGE = 2 ** 25;

const NO_MATCH = 'The unit has no match here.';

/** True if the chosen quantity is too large to be fetched whole. */
export function isLarge(store: ViewContext, data: RecordingData): boolean {
  const [index, ref, selection] = [valueOrStale(store.index.value), data.ref.value, store.selection.value];
  if (!index || !ref || !selection) return false;
  const layer = findProbe(index, ref.run, ref.probe)?.layers.find((info) => info.layer === selection.layer);
  const tokens = valueOrStale(data.text.value)?.tokens.length ?? data.digest.value?.tokens ?? 0;
  return (layer ? unitsAt(layer, data.digest.value) : 0) * tokens > LARGE;
}

/**
 * Activity that holds a unit of the chosen quantity.
 * For a small quantity another unit needs no other request.
 */
export function activityOf(store: ViewContext, data: RecordingData, unit: number): Loadable<Activity> {
  if (!isLarge(store, data)) return data.activity.value;
  return data.unitOf(store.selection.value!.quantity, unit === data.unit.value ? undefined : unit).value;
}

/** Values of a unit of the chosen quantity, one for each token. */
export function rowOf(store: ViewContext, data: RecordingData, unit: number, tokens: number): Loadable<Float32Array> {
  if (unit < 0) return { state: 'empty', why: NO_MATCH };
  const { layer } = store.selection.value!;
  const activity = activityOf(store, data, unit);
  if (activity.state === 'loading') return { state: 'loading', stale: null };
  if (activity.state === 'empty') return activity;
  if (activity.state === 'failed') return { ...activity, stale: null };
  const { matrix } = activity.value;
  if (matrix.columns === tokens && unit < matrix.rows) return { state: 'ready', value: matrix.row(unit) };
  return {
    state: 'empty',
    why:
      matrix.columns === tokens
        ? `${layer} has ${matrix.rows} units.`
        : `${layer} has ${matrix.columns} values for ${tokens} tokens.`,
  };
}
