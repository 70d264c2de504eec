import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import type { Index, RecordingRef } from '../data/types.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { findProbe, findRun } from './resolve-selection.ts';
import { dedupedComputed } from './deduped-computed.ts';
import { makeTimeline, type Timeline } from './timeline.ts';

/** Dependencies of the overview of runs. */
interface Surroundings {
  readonly client: Client;
  readonly index: ReadonlySignal<Loadable<Index>>;
}

const made = new WeakMap<Surroundings, Map<string, Timeline>>();

/**
 * Probe of any run at its last step, cached by run and probe.
 * It is read while it is watched, and again only when this run has changed.
 */
export function overviewOf(around: Surroundings, run: string, probe: string): Timeline {
  const timelines = made.get(around) ?? made.set(around, new Map()).get(around)!;
  const key = JSON.stringify([run, probe]);
  let timeline = timelines.get(key);
  if (!timeline) {
    const own = dedupedComputed((): Index | null => {
      const index = valueOrStale(around.index.value);
      const info = index && findRun(index, run);
      return info ? { runs: [info], notices: [] } : null;
    });
    const ref = computed((): RecordingRef | null => {
      const steps = own.value && findProbe(own.value, run, probe)?.steps;
      return steps ? { run, probe, step: steps.at(-1) ?? NaN } : null;
    });
    timeline = makeTimeline(around.client, own, ref, 'The run is no longer there.');
    timelines.set(key, timeline);
  }
  return timeline;
}
