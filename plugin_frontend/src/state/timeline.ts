import { computed, signal, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { DigestHistory, requestDigest } from '../data/digest-history.ts';
import type { Digest, Digests, FirstNan, Index, RecordingRef } from '../data/types.ts';
import { axisWords, type AxisWords } from './axis.ts';
import { findFirstNan, findGaps, readSteps, type Gap } from './skipped.ts';
import { mapLoadable, valueOrStale, type Loadable } from './loadable.ts';
import { resource } from './resource.ts';
import { findProbe } from './resolve-selection.ts';
import { sameJson, dedupedComputed } from './deduped-computed.ts';

/** A probe of a run, whatever the step. */
export type Read = Omit<RecordingRef, 'step'>;

/** Small data of a probe over all its steps, loaded before anything large. */
export interface Timeline {
  /** Null while nothing is chosen. */
  readonly read: ReadonlySignal<Read | null>;
  readonly digests: ReadonlySignal<Loadable<readonly Digest[]>>;
  /** Of the step chosen. */
  readonly digest: ReadonlySignal<Digest | null>;
  /** Steps that can be shown. */
  readonly steps: ReadonlySignal<readonly number[]>;
  /** These and the steps that were read, but whose large values are not there. */
  readonly allSteps: ReadonlySignal<readonly number[]>;
  /** Number of steps whose digests are still being read, after those of later steps. */
  readonly earlier: ReadonlySignal<number>;
  /** Missing data, with the reasons. */
  readonly gaps: ReadonlySignal<readonly Gap[]>;
  readonly firstNan: ReadonlySignal<FirstNan | null>;
  /** Names of steps. */
  readonly axis: ReadonlySignal<AxisWords>;
}

const sameDigests = (a: Digests, b: Digests): boolean =>
  a.digests.length === b.digests.length && a.earlier === b.earlier && sameJson(a, b);

export function makeTimeline(
  client: Client,
  index: ReadonlySignal<Index | null>,
  ref: ReadonlySignal<RecordingRef | null>,
  why: string | null,
): Timeline {
  const read = dedupedComputed<Read | null>(() => ref.value && { run: ref.value.run, probe: ref.value.probe });
  const info = computed(() =>
    index.value && read.value ? findProbe(index.value, read.value.run, read.value.probe) : undefined,
  );
  let history: DigestHistory | null = null;
  const pages = signal(0);
  // After the answer is shown: a request that begins before would take its place.
  const readOn = () => void setTimeout(() => pages.value++);
  const answer = resource<Digests>(client, () => {
    void [index.value, pages.value];
    if (!read.value) return why === null ? null : { why };
    const { run, probe } = read.value;
    if (history?.run !== run || history.probe !== probe) history = new DigestHistory(run, probe, readOn);
    return { request: history.request(), staleGroup: `${run}\n${probe}`, same: sameDigests };
  });
  const listing = computed(() => mapLoadable(answer.value, (value) => value.digests));
  const notices = computed(() => valueOrStale(answer.value)?.notices ?? []);
  const loadedDigests = computed(() => valueOrStale(listing.value) ?? []);
  const listed = computed(() => loadedDigests.value.find((d) => d.step === ref.value?.step) ?? null);
  const earlier = dedupedComputed(() => valueOrStale(answer.value)?.earlier ?? 0);
  const isBrief = computed(() => listed.value?.brief ?? earlier.value > 0);
  const whole = resource<Digest | null>(client, () => {
    if (!ref.value || !isBrief.value) return null;
    const { run, probe } = ref.value;
    return { request: requestDigest(ref.value), staleGroup: `${run}\n${probe}` };
  });
  // While a step far back is read, the one before it stays.
  const digest = computed(() => (isBrief.value ? valueOrStale(whole.value) : listed.value));
  const digests = computed<Loadable<readonly Digest[]>>(() =>
    isBrief.value && whole.value.state !== 'ready' && listing.value.state === 'ready'
      ? whole.value.state === 'failed'
        ? { ...whole.value, stale: listing.value.value }
        : { state: 'loading', stale: listing.value.value }
      : listing.value,
  );
  const steps = dedupedComputed(() => info.value?.steps ?? []);
  return {
    read,
    digests,
    digest,
    steps,
    allSteps: dedupedComputed(() => readSteps(steps.value, loadedDigests.value)),
    earlier,
    gaps: dedupedComputed(() => findGaps(steps.value, loadedDigests.value, digest.value, notices.value)),
    firstNan: dedupedComputed(() => findFirstNan(loadedDigests.value)),
    axis: computed(() => axisWords(info.value?.axis)),
  };
}
