import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestMatching } from '../data/requests.ts';
import type { Index, Matching } from '../data/types.ts';
import type { Colormap } from './colormap.ts';
import { makeDifference } from './difference.ts';
import { lookFor } from './feature-query.ts';
import { resource } from './resource.ts';
import type { Selection } from './selection.ts';
import { findRun, type Where } from './resolve-selection.ts';
import { MOST_SIDES, type Mode, type Side } from './compared-recording.ts';
import { makeSources, type Sources } from './recording-data.ts';
import { steady } from './deduped-computed.ts';
import { makeTimeline } from './timeline.ts';

export interface Sides {
  /** All recordings chosen, A first. */
  readonly chosen: ReadonlySignal<readonly Side[]>;
  /** Those that views show: in `difference` one alone. */
  readonly shown: ReadonlySignal<readonly Side[]>;
  readonly mode: ReadonlySignal<Mode>;
  /** B; empty while nothing is compared. */
  readonly compared: Sources;
}

interface Surroundings {
  readonly index: ReadonlySignal<Index | null>;
  readonly selection: ReadonlySignal<Selection | null>;
  readonly colors: ReadonlySignal<Colormap>;
  readonly main: Sources;
  readonly typed: ReadonlySignal<string>;
  /** Whether units are matched: `matched`, or by number. */
  readonly match: ReadonlySignal<string>;
  readonly differenceColors: ReadonlySignal<Colormap>;
  /** The mode asked for. */
  readonly mode: ReadonlySignal<string>;
  readonly why: string;
}

const BY_NUMBER = { why: 'Units are compared by their numbers.' };
const MODES: readonly Mode[] = ['side', 'overlay', 'difference'];

/** The recording chosen and those it is compared with. */
export function makeSides(client: Client, around: Surroundings): Sides {
  const { index, selection, main, typed, match, why } = around;
  const wanted = (place: number) =>
    computed(() => (place ? selection.value?.more[place - 1] : selection.value?.compare) ?? null);

  const others = Array.from({ length: MOST_SIDES - 1 }, (_, i): Sources => {
    const one = wanted(i);
    const place = steady<Where | null>(() => one.value && { ...one.value, probe: selection.value!.probe });
    const matching = resource<Matching>(client, () => {
      const [chosen, here, there] = [selection.value, main.place.value, place.value];
      if (!chosen || !here || !there || match.value !== 'matched') return BY_NUMBER;
      const { layer, quantity } = chosen;
      return {
        request: requestMatching(here, there, layer, quantity),
        family: JSON.stringify([here.run, there.run, there.probe, layer, quantity]),
      };
    });
    const sources: Sources = makeSources(client, {
      ...around,
      place,
      timeline: makeTimeline(client, index, place, why),
      looked: lookFor(client, place, () => sources.text.value, typed),
      matching,
      why,
    });
    return sources;
  });

  const [compared] = others;
  const side = (sources: Sources, series: number): Side => {
    const letter = String.fromCharCode(65 + series);
    const place = sources.place.value!;
    const run = (index.value && findRun(index.value, place.run)?.name) ?? place.run;
    return { letter, label: `${letter} · ${run} · ${sources.axis.value.name(place.step)}`, sources, series };
  };
  const all = [main, ...others];
  const labels = steady(() => all.filter(({ place }) => place.value).map((sources, i) => side(sources, i).label));
  const chosen = computed(() => labels.value.map((_, i) => side(all.filter(({ place }) => place.value)[i], i)));
  const mode = computed((): Mode => {
    if (!selection.value?.compare) return 'single';
    const asked = MODES.find((one) => one === around.mode.value) ?? 'side';
    return asked === 'difference' && chosen.value.length > 2 ? 'side' : asked;
  });
  const difference = makeDifference(main, compared, around.differenceColors);
  const both = computed((): readonly Side[] => [
    {
      letter: 'B − A',
      label: chosen.value
        .map(({ label }) => label)
        .reverse()
        .join(' less '),
      sources: difference,
      series: 0,
    },
  ]);
  return { chosen, compared, mode, shown: computed(() => (mode.value === 'difference' ? both.value : chosen.value)) };
}
