import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import type { Matching } from '../data/matching.ts';
import type { Finding, Index, FeatureQueryResult, ProbeInfo, TokenText, RecordingRef } from '../data/types.ts';
import type { ActivityColors, UnitColors } from './activity-colors.ts';
import type { Colormap } from './colormap.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { isMatched } from './feature-query.ts';
import { unitMappingOf, type UnitMapping } from './unit-mapping.ts';
import { resource, type ResourceRequest } from './resource.ts';
import type { Selection } from './selection.ts';
import { findProbe, findRun, recordingRef, unitsAt } from './resolve-selection.ts';
import { dedupedComputed } from './deduped-computed.ts';
import { quoted } from './visible-characters.ts';
import {
  dataFromTable,
  NO_FEATURE,
  type AnyData,
  type Arguments,
  type DataKey,
  type DataName,
  type TableData,
} from './recording-table.ts';
import type { Timeline } from './timeline.ts';

/** Data of one recording and of its probe over all steps, fetched while watched. */
export interface RecordingData extends Timeline, TableData {
  /** The recording itself; null while none is chosen. */
  readonly ref: ReadonlySignal<RecordingRef | null>;
  /** Unit here for each unit of A; empty unless units are matched. */
  readonly matching: ReadonlySignal<Loadable<Matching>>;
  /** The units here as A numbers them. */
  readonly unitMapping: ReadonlySignal<UnitMapping>;
  /** The unit chosen, as it is numbered here; -1 where it has no match. */
  readonly unit: ReadonlySignal<number>;
  /** The further units chosen, in their order, as they are numbered here. */
  readonly units: ReadonlySignal<readonly number[]>;
  /** True for the difference of two recordings. */
  readonly difference: boolean;
  /** The colours of the activity of any unit, as it is numbered here. */
  readonly colorsOf: ReadonlySignal<UnitColors>;
  /** The colours of the unit chosen. */
  readonly colors: ReadonlySignal<Colormap>;
  /** The units of the digest, and before them those that go with what was typed. */
  readonly findings: ReadonlySignal<readonly Finding[]>;
  /** The feature that was typed; empty while none is. */
  readonly queryResult: ReadonlySignal<Loadable<FeatureQueryResult>>;
  /** 1 where the chosen feature, or the one that was typed, matches a token. */
  readonly mask: ReadonlySignal<Loadable<Uint8Array>>;
}

const NO_MATCH = 'The unit chosen has no match here.';

/** Key of data that belong to no layer. */
const NO_KEY: DataKey = { layer: '', quantity: '', unit: 0 };

type Wanted = ResourceRequest<unknown> | { readonly why: string } | null;

export interface RecordingDeps {
  readonly index: ReadonlySignal<Index | null>;
  readonly selection: ReadonlySignal<Selection | null>;
  readonly ref: ReadonlySignal<RecordingRef | null>;
  readonly timeline: Timeline;
  readonly queryResult: ReadonlySignal<Loadable<FeatureQueryResult>>;
  readonly colors: Pick<ActivityColors, 'of'>;
  readonly matching: ReadonlySignal<Loadable<Matching>>;
  /** Reason for a missing reference; null while it is unknown. */
  readonly why: string | null;
}

/** Number of steps to prefetch on either side, if `resource` has room. */
const AHEAD = 8;

/** Steps to prefetch around a step, nearest first, later before earlier ones. */
export function neighbours(steps: readonly number[], step: number): number[] {
  const i = steps.indexOf(step);
  if (i < 0) return [];
  const indices = Array.from({ length: AHEAD }, (_, k) => [i + k + 1, i - k - 1]).flat();
  return indices.filter((index) => index >= 0 && index < steps.length).map((index) => steps[index]);
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
  const unitHere = (unitOfA: number) => unitMapping.value.fromA(unitOfA) ?? -1;
  const unit = computed(() => (selection.value ? unitHere(selection.value.unit) : 0));
  const units = computed(() => selection.value?.units.map(unitHere) ?? []);

  const chosenQuantity = dedupedComputed(
    () => selection.value && { layer: selection.value.layer, quantity: selection.value.quantity },
  );

  /** Parts of the selection that the data depend on; null without a selection. */
  function keyOf({ key, select }: AnyData, args: Arguments): DataKey | null {
    if (key === 'none') return NO_KEY;
    const { layer, quantity, unit: argument } = select?.(...args) ?? {};
    const quantityKey = layer !== undefined && quantity !== undefined ? { layer, quantity } : chosenQuantity.value;
    if (!quantityKey) return null;
    return {
      layer: layer ?? quantityKey.layer,
      quantity: quantity ?? quantityKey.quantity,
      unit: key === 'unit' ? (argument ?? unit.value) : 0,
    };
  }

  function requestOf(name: DataName, kind: AnyData, args: Arguments): Wanted {
    const unavailable = kind.unavailable?.({ selection, digests: timeline.digests });
    if (unavailable !== undefined) return unavailable;
    const [existing, key] = [index.value, keyOf(kind, args)];
    if (kind.key === 'unit' && key && key.unit < 0) return { why: NO_MATCH };
    const at = kind.over === 'step' ? ref.value : timeline.read.value;
    if (!existing || !at || !key) return why === null ? null : { why };
    const probe = findProbe(existing, at.run, at.probe);
    if (kind.key !== 'none') {
      const absent = absence(probe, key.layer, key.quantity, findRun(existing, at.run)?.name ?? at.run);
      if (absent) return { why: absent };
      const layer = probe?.layers.find((info) => info.layer === key.layer);
      const units = layer && kind.over === 'step' ? unitsAt(layer, timeline.digest.value) : Infinity;
      if (key.unit >= units) return { why: `${key.layer} has ${units} units at this step, and no unit ${key.unit}.` };
    }
    const group = [name, at.probe, key.layer, key.quantity];
    if (kind.over === 'probe')
      return { request: kind.request(at, key, ...args), staleGroup: [...group, at.run].join('\n') };
    const step = kind.stepOf?.(...args) ?? (at as RecordingRef).step;
    const steps = kind.prefetch === false ? [] : neighbours(probe?.steps ?? [], step);
    const requestAt = (one: number) => kind.request(recordingRef(existing, at, one), key, ...args);
    return { request: requestAt(step), staleGroup: group.join('\n'), prefetch: steps.map(requestAt) };
  }

  const data = dataFromTable((name, kind, args) => resource(client, () => requestOf(name, kind, args)));
  return {
    ...timeline,
    ...data,
    ref,
    matching,
    unitMapping,
    unit,
    units,
    difference: false,
    ...unitColors(colors.of({ unitMapping }), unit),
    queryResult,
    findings: computed(() => [
      ...(valueOrStale(queryResult.value)?.units ?? []),
      ...(timeline.digest.value?.findings ?? []),
    ]),
    mask: computed(() => maskOfLooked(queryResult.value) ?? maskOf(data.text.value, selection.value?.feature ?? '')),
  };
}

/** null while what was typed is not shown. */
function maskOfLooked(query: Loadable<FeatureQueryResult>): Loadable<Uint8Array> | null {
  const result = valueOrStale(query);
  if (!isMatched(result)) return null;
  if (!result.mask) return { state: 'empty', why: `${result.name} is a number at every token.` };
  if (query.state === 'failed') return { ...query, stale: result.mask };
  return query.state === 'ready' ? { state: 'ready', value: result.mask } : { state: 'loading', stale: result.mask };
}

function maskOf(text: Loadable<TokenText>, feature: string): Loadable<Uint8Array> {
  if (text.state === 'empty') return text;
  const find = (value: TokenText | null) => value?.masks.get(feature) ?? null;
  if (text.state === 'loading') return { state: 'loading', stale: find(text.stale) };
  if (text.state === 'failed') return { ...text, stale: find(text.stale) };
  const mask = find(text.value);
  if (mask) return { state: 'ready', value: mask };
  return { state: 'empty', why: feature ? `The log does not say where ${quoted(feature)} matches.` : NO_FEATURE };
}

/** Colours of any unit, and of the one chosen. */
export const unitColors = (
  colorsOf: ReadonlySignal<UnitColors>,
  unit: ReadonlySignal<number>,
): Pick<RecordingData, 'colorsOf' | 'colors'> => ({
  colorsOf,
  colors: computed(() => colorsOf.value(unit.value)),
});
