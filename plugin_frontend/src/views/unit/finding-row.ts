import type { Activity } from '../../data/types.ts';
import type { Loadable, RecordingData } from '../../state/store.ts';

/** Unit of each activity; while another unit loads, the old values are still shown. */
const owners = new WeakMap<Activity, number>();

/** All values of the chosen unit; missing ones are NaN. */
export function rowOf(sources: RecordingData, quantity: string): Loadable<Float32Array> {
  const activity = sources.unitOf(quantity).value;
  const unit = sources.unit.value;
  if (activity.state === 'empty') return activity;
  if (unit < 0) return { state: 'empty', why: 'The unit chosen has no match here.' };
  if (activity.state === 'ready') {
    const { matrix } = activity.value;
    if (unit >= matrix.rows)
      return { state: 'empty', why: `There is no unit ${unit} here: the layer has ${matrix.rows}.` };
    owners.set(activity.value, unit);
    return { state: 'ready', value: matrix.row(unit) };
  }
  const owner = activity.stale && owners.get(activity.stale);
  return { ...activity, stale: activity.stale && typeof owner === 'number' ? activity.stale.matrix.row(owner) : null };
}
