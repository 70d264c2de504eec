import type { SettingSignal } from './settings.ts';
import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestMatching } from '../data/matching.ts';
import type { Matching } from '../data/matching.ts';
import type { Index, RecordingRef } from '../data/types.ts';
import type { ActivityColors } from './activity-colors.ts';
import { makeDifference } from './difference.ts';
import { queryFeature } from './feature-query.ts';
import { resource } from './resource.ts';
import type { Selection } from './selection.ts';
import { findRun, recordingRef } from './resolve-selection.ts';
import { MAX_RECORDINGS, type Mode, type ComparedRecording } from './compared-recording.ts';
import { recordingData, type RecordingData } from './recording-data.ts';
import { dedupedComputed } from './deduped-computed.ts';
import { makeTimeline } from './timeline.ts';

export interface ComparedRecordings {
  /** All recordings chosen, A first. */
  readonly selected: ReadonlySignal<readonly ComparedRecording[]>;
  /** Recordings that views show; in mode `difference` one alone. */
  readonly visible: ReadonlySignal<readonly ComparedRecording[]>;
  readonly mode: ReadonlySignal<Mode>;
  /** B; empty while nothing is compared. */
  readonly compared: RecordingData;
}

interface Surroundings {
  readonly index: ReadonlySignal<Index | null>;
  readonly selection: ReadonlySignal<Selection | null>;
  readonly colors: ActivityColors;
  readonly main: RecordingData;
  readonly typed: ReadonlySignal<string>;
  /** Mapping of units between recordings: `matched`, or by number. */
  readonly match: ReadonlySignal<string>;
  /** The mode asked for. */
  readonly mode: SettingSignal<'mode'>;
  readonly why: string;
}

const BY_NUMBER = { why: 'Units are compared by their numbers.' };

/** The recording chosen and those it is compared with. */
export function comparedRecordings(client: Client, around: Surroundings): ComparedRecordings {
  const { index, selection, main, typed, match, why } = around;
  const selectedRef = (index: number) =>
    computed(() => (index ? selection.value?.more[index - 1] : selection.value?.compare) ?? null);

  const others = Array.from({ length: MAX_RECORDINGS - 1 }, (_, i): RecordingData => {
    const one = selectedRef(i);
    const ref = dedupedComputed<RecordingRef | null>(
      () =>
        one.value &&
        index.value &&
        recordingRef(index.value, { run: one.value.run, probe: selection.value!.probe }, one.value.step),
    );
    const matching = resource<Matching>(client, () => {
      const [selected, here, there] = [selection.value, main.ref.value, ref.value];
      if (!selected || !here || !there || match.value !== 'matched') return BY_NUMBER;
      const { layer, quantity } = selected;
      return {
        request: requestMatching(here, there, layer, quantity),
        staleGroup: JSON.stringify([here.run, there.run, there.probe, layer, quantity]),
      };
    });
    const data: RecordingData = recordingData(client, {
      ...around,
      ref,
      timeline: makeTimeline(client, index, ref, why),
      queryResult: queryFeature(client, ref, () => data.text.value, typed),
      matching,
      why,
    });
    return data;
  });

  const [compared] = others;
  const recording = (data: RecordingData, series: number): ComparedRecording => {
    const letter = String.fromCharCode(65 + series);
    const ref = data.ref.value!;
    const run = (index.value && findRun(index.value, ref.run)?.name) ?? ref.run;
    return { letter, label: `${letter} · ${run} · ${data.axis.value.name(ref.step)}`, data, series };
  };
  const all = [main, ...others];
  const labels = dedupedComputed(() =>
    all.filter(({ ref }) => ref.value).map((sources, i) => recording(sources, i).label),
  );
  const selected = computed(() => labels.value.map((_, i) => recording(all.filter(({ ref }) => ref.value)[i], i)));
  const mode = computed((): Mode => {
    if (!selection.value?.compare) return 'single';
    const asked = around.mode.value;
    return asked === 'difference' && selected.value.length > 2 ? 'side' : asked;
  });
  const difference = makeDifference(main, compared, around.colors.ofDifference(main));
  const both = computed((): readonly ComparedRecording[] => [
    {
      letter: 'B − A',
      label: selected.value
        .map(({ label }) => label)
        .reverse()
        .join(' less '),
      data: difference,
      series: 0,
    },
  ]);
  return {
    selected,
    compared,
    mode,
    visible: computed(() => (mode.value === 'difference' ? both.value : selected.value)),
  };
}
