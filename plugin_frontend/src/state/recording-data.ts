import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import * as requests from '../data/requests.ts';
import type {
  Activity,
  Finding,
  Index,
  UnitHistory,
  FeatureQueryResult,
  Matching,
  ProbeInfo,
  Relevance,
  Scalars,
  Spectrum,
  TokenText,
  UnitReport,
  UnitSeries,
} from '../data/types.ts';
import type { Colormap } from './colormap.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { isMatched } from './feature-query.ts';
import { unitMappingOf, type UnitMapping } from './unit-mapping.ts';
import { resource, type ResourceRequest } from './resource.ts';
import type { Selection } from './selection.ts';
import { findProbe, findRun, type RecordingRef } from './resolve-selection.ts';
import { dedupedComputed } from './deduped-computed.ts';
import type { Read, Timeline } from './timeline.ts';

/** What one recording, a (run, probe, step), holds, and its probe over all steps. Each is fetched only while something watches it. */
export interface RecordingData extends Timeline {
  /** The recording itself; null while none is chosen. */
  readonly ref: ReadonlySignal<RecordingRef | null>;
  /** Which unit here each unit of A is; empty unless units are matched. */
  readonly matching: ReadonlySignal<Loadable<Matching>>;
  /** The units here as A numbers them. */
  readonly unitMapping: ReadonlySignal<UnitMapping>;
  /** The unit chosen, as it is numbered here; -1 where it has no match. */
  readonly unit: ReadonlySignal<number>;
  /** The further units chosen, in their order, as they are numbered here. */
  readonly units: ReadonlySignal<readonly number[]>;
  /** Whether this is one recording less another. */
  readonly difference: boolean;
  /** The colours of activity. */
  readonly colors: ReadonlySignal<Colormap>;
  /** The units of the digest, and before them those that go with what was typed. */
  readonly findings: ReadonlySignal<readonly Finding[]>;
  readonly text: ReadonlySignal<Loadable<TokenText>>;
  readonly activity: ReadonlySignal<Loadable<Activity>>;
  readonly spectrum: ReadonlySignal<Loadable<Spectrum>>;
  /** The spectra of the chosen layer and quantity at any step. */
  spectrumAt(step: number): ReadonlySignal<Loadable<Spectrum>>;
  readonly relevance: ReadonlySignal<Loadable<Relevance>>;
  /** The feature that was typed; empty while none is. */
  readonly queryResult: ReadonlySignal<Loadable<FeatureQueryResult>>;
  /** 1 where the chosen feature, or the one that was typed, matches a token. */
  readonly mask: ReadonlySignal<Loadable<Uint8Array>>;
  /** Another quantity of the chosen layer, the row of the chosen unit, or of another one, alone. */
  unitOf(quantity: string, unit?: number): ReadonlySignal<Loadable<Activity>>;
  /** What is said of every unit at every step. */
  statistics(what: Statistic, layer: string, quantity: string): ReadonlySignal<Loadable<UnitSeries>>;
  /** The chosen unit and quantity, over all steps. */
  readonly unitHistory: ReadonlySignal<Loadable<UnitHistory>>;
  /** The chosen unit and quantity against every feature. */
  readonly report: ReadonlySignal<Loadable<UnitReport>>;
  /** Any unit, as it is numbered here, against every feature. */
  reportOf(layer: string, quantity: string, unit: number): ReadonlySignal<Loadable<UnitReport>>;
  /** TensorBoard's own scalars of the same training. */
  readonly scalars: ReadonlySignal<Loadable<Scalars>>;
}

export type Statistic = 'saturation' | 'memory' | 'peaks';

const NO_FEATURE = 'No feature is chosen.';
const NO_MATCH = 'The unit chosen has no match here.';

type Ask<T> = (place: RecordingRef) => requests.Request<T>;

export interface RecordingDeps {
  readonly index: ReadonlySignal<Index | null>;
  readonly selection: ReadonlySignal<Selection | null>;
  readonly ref: ReadonlySignal<RecordingRef | null>;
  readonly timeline: Timeline;
  readonly queryResult: ReadonlySignal<Loadable<FeatureQueryResult>>;
  readonly colors: ReadonlySignal<Colormap>;
  readonly matching: ReadonlySignal<Loadable<Matching>>;
  /** Why there is no place; null while it is not known yet. */
  readonly why: string | null;
}

/** So many steps on either side are read ahead, as far as `resource` finds room for them. */
const AHEAD = 8;

/** The steps that a hand on the slider reaches next, the nearest first, those ahead before those behind. */
export function neighbours(steps: readonly number[], step: number): number[] {
  const i = steps.indexOf(step);
  if (i < 0) return [];
  const places = Array.from({ length: AHEAD }, (_, k) => [i + k + 1, i - k - 1]).flat();
  return places.filter((place) => place >= 0 && place < steps.length).map((place) => steps[place]);
}

/** Says what is not there and what is, or null when the layer records the quantity. */
function absence(probe: ProbeInfo | undefined, layer: string, quantity: string, run: string): string | null {
  const info = probe?.layers.find((l) => l.layer === layer);
  if (!info) return `${run} has no layer ${layer}; it has ${probe?.layers.map((l) => l.layer).join(', ') || 'none'}.`;
  if (info.quantities.some((q) => q.quantity === quantity)) return null;
  return `${layer} of ${run} has no ${quantity}; it has ${info.quantities.map((q) => q.quantity).join(', ')}.`;
}

export function recordingData(client: Client, around: RecordingDeps): RecordingData {
  const { index, selection, ref, timeline, queryResult, colors, matching, why } = around;
  const unitMapping = computed(() => unitMappingOf(valueOrStale(matching.value)));
  const unitHere = (one: number) => unitMapping.value.fromA(one) ?? -1;
  const unit = computed(() => (selection.value ? unitHere(selection.value.unit) : 0));
  const units = computed(() => selection.value?.units.map(unitHere) ?? []);

  /** What belongs to a layer and quantity is wanted where the recording has them. */
  function want<T>(
    kind: string,
    cell: null | { layer?: string; quantity?: string },
    ask: (chosen: Selection) => Ask<T>,
  ): ResourceRequest<T> | { why: string } | null {
    const [there, chosen, now] = [ref.value, selection.value, index.value];
    if (!there || !chosen || !now) return why === null ? null : { why };
    const { layer, quantity } = { ...chosen, ...cell };
    const probe = findProbe(now, there.run, there.probe);
    const absent = cell ? absence(probe, layer, quantity, findRun(now, there.run)?.name ?? there.run) : null;
    if (absent) return { why: absent };
    const request = ask(chosen);
    return {
      request: request(there),
      staleGroup: [kind, there.probe, ...(cell ? [layer, quantity] : [])].join('\n'),
      prefetch: neighbours(probe?.steps ?? [], there.step).map((step) => request({ ...there, step })),
    };
  }

  /** What is the same at every step is asked for anew when there are new steps; of a layer and quantity where the recording has them. */
  function wantWhole<T>(
    kind: string,
    cell: { layer: string; quantity: string } | null,
    ask: (read: Read) => requests.Request<T>,
  ): ResourceRequest<T> | { why: string } | null {
    const [now, read] = [index.value, timeline.read.value];
    if (!now || !read) return why === null ? null : { why };
    const absent = cell
      ? absence(
          findProbe(now, read.run, read.probe),
          cell.layer,
          cell.quantity,
          findRun(now, read.run)?.name ?? read.run,
        )
      : null;
    if (absent) return { why: absent };
    return { request: ask(read), staleGroup: [kind, cell?.layer, cell?.quantity, read.run, read.probe].join('\n') };
  }

  const unitOf = remembered((quantity: string, other?: number) =>
    resource<Activity>(client, () => {
      const wanted = other ?? unit.value;
      if (wanted < 0) return { why: NO_MATCH };
      return want('unit', { quantity }, (s) => (p) => requests.requestUnit(p, s.layer, quantity, wanted));
    }),
  );
  const statistics = remembered((what: Statistic, layer: string, quantity: string) =>
    resource<UnitSeries>(client, () =>
      wantWhole(what, { layer, quantity }, ({ run, probe }) =>
        requests.requestUnitSeries({ run, probe }, layer, quantity, what),
      ),
    ),
  );
  const text = resource<TokenText>(client, () => want('text', null, () => requests.requestText));
  const cell = {};
  const chosenCell = dedupedComputed(
    () => selection.value && { layer: selection.value.layer, quantity: selection.value.quantity },
  );
  return {
    ...timeline,
    ref,
    matching,
    unitMapping,
    unit,
    units,
    difference: false,
    colors,
    text,
    queryResult,
    findings: computed(() => [
      ...(valueOrStale(queryResult.value)?.units ?? []),
      ...(timeline.digest.value?.findings ?? []),
    ]),
    activity: resource(client, () =>
      want('activity', cell, (s) => (p) => requests.requestActivity(p, s.layer, s.quantity)),
    ),
    spectrum: resource(client, () =>
      want('spectrum', cell, (s) => (p) => requests.requestSpectrum(p, s.layer, s.quantity)),
    ),
    spectrumAt: remembered((step: number) =>
      resource<Spectrum>(client, () =>
        alone(
          want(`spectrum ${step}`, cell, (s) => (p) => requests.requestSpectrum({ ...p, step }, s.layer, s.quantity)),
        ),
      ),
    ),
    relevance: resource(client, () =>
      selection.value?.feature === ''
        ? { why: NO_FEATURE }
        : want('relevance', cell, (s) => (p) => requests.requestRelevance(p, s.layer, s.quantity)),
    ),
    unitOf,
    statistics,
    unitHistory: resource<UnitHistory>(client, () => {
      const chosen = chosenCell.value;
      if (!chosen || timeline.digests.value.state === 'loading') return null;
      const digests = valueOrStale(timeline.digests.value);
      if (digests?.length && digests.every(({ features }) => !features.length))
        return { why: 'No feature was looked for in this run.' };
      const wanted = unit.value;
      if (wanted < 0) return { why: NO_MATCH };
      return wantWhole('life', chosen, (read) =>
        requests.requestUnitHistory(read, chosen.layer, chosen.quantity, wanted),
      );
    }),
    report: resource<UnitReport>(client, () => {
      const wanted = unit.value;
      if (wanted < 0) return { why: NO_MATCH };
      return want('report', cell, (s) => (p) => requests.requestUnitReport(p, s.layer, s.quantity, wanted));
    }),
    reportOf: remembered((layer: string, quantity: string, which: number) =>
      resource<UnitReport>(client, () =>
        alone(want('report', { layer, quantity }, () => (p) => requests.requestUnitReport(p, layer, quantity, which))),
      ),
    ),
    scalars: resource<Scalars>(client, () => wantWhole('scalars', null, ({ run }) => requests.requestScalars(run))),
    mask: computed(() => maskOfLooked(queryResult.value) ?? maskOf(text.value, selection.value?.feature ?? '')),
  };
}

/** Without what is likely to be wanted next. */
const alone = <T>(wanted: ResourceRequest<T> | { why: string } | null) =>
  wanted && 'request' in wanted ? { ...wanted, next: [] } : wanted;

/** Makes a thing once for the same words. */
function remembered<A extends readonly (string | number | undefined)[], T>(
  make: (...words: A) => T,
): (...words: A) => T {
  const made = new Map<string, T>();
  return (...words) => {
    const key = JSON.stringify(words);
    if (!made.has(key)) made.set(key, make(...words));
    return made.get(key)!;
  };
}

/** null while what was typed is not shown. */
function maskOfLooked(looked: Loadable<FeatureQueryResult>): Loadable<Uint8Array> | null {
  const found = valueOrStale(looked);
  if (!isMatched(found)) return null;
  if (!found.mask) return { state: 'empty', why: `${found.name} is a number at every token.` };
  if (looked.state === 'failed') return { ...looked, stale: found.mask };
  return looked.state === 'ready' ? { state: 'ready', value: found.mask } : { state: 'loading', stale: found.mask };
}

function maskOf(text: Loadable<TokenText>, feature: string): Loadable<Uint8Array> {
  if (text.state === 'empty') return text;
  const find = (value: TokenText | null) => value?.masks.get(feature) ?? null;
  if (text.state === 'loading') return { state: 'loading', stale: find(text.stale) };
  if (text.state === 'failed') return { ...text, stale: find(text.stale) };
  const mask = find(text.value);
  if (mask) return { state: 'ready', value: mask };
  return { state: 'empty', why: feature ? `The log does not say where “${feature}” matches.` : NO_FEATURE };
}
