import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import * as requests from '../data/requests.ts';
import type { Activity, Index, Looked, ProbeInfo, Relevance, Spectrum, TokenText } from '../data/types.ts';
import { shown, type Loadable } from './loadable.ts';
import { isFound } from './look.ts';
import { resource, type Wanted } from './resource.ts';
import type { Selection } from './selection.ts';
import { findProbe, findRun, type Where } from './settle.ts';

/** What one recording, a (run, probe, step), holds. Each is fetched only while something watches it. */
export interface Sources {
  /** The recording itself; null while none is chosen. */
  readonly place: ReadonlySignal<Where | null>;
  readonly text: ReadonlySignal<Loadable<TokenText>>;
  readonly activity: ReadonlySignal<Loadable<Activity>>;
  readonly spectrum: ReadonlySignal<Loadable<Spectrum>>;
  readonly relevance: ReadonlySignal<Loadable<Relevance>>;
  /** The feature that was typed; empty while none is. */
  readonly looked: ReadonlySignal<Loadable<Looked>>;
  /** 1 where the chosen feature, or the one that was typed, matches a token. */
  readonly mask: ReadonlySignal<Loadable<Uint8Array>>;
  /** Another quantity of the chosen layer, the chosen unit's row alone. */
  unitOf(quantity: string): ReadonlySignal<Loadable<Activity>>;
}

const NO_FEATURE = 'No feature is chosen.';

type Ask<T> = (place: Where) => requests.Request<T>;

export interface Surroundings {
  readonly index: ReadonlySignal<Index | null>;
  readonly selection: ReadonlySignal<Selection | null>;
  readonly place: ReadonlySignal<Where | null>;
  readonly looked: ReadonlySignal<Loadable<Looked>>;
  /** Why there is no place. */
  readonly why: ReadonlySignal<string | null>;
}

/** The steps that a hand on the slider reaches next. */
export function neighbours(steps: readonly number[], step: number): number[] {
  const i = steps.indexOf(step);
  return i < 0 ? [] : [i + 1, i - 1, i + 2].filter((j) => j >= 0 && j < steps.length).map((j) => steps[j]);
}

/** Says what is not there and what is, or null when the layer records the quantity. */
function absence(probe: ProbeInfo | undefined, layer: string, quantity: string, run: string): string | null {
  const info = probe?.layers.find((l) => l.layer === layer);
  if (!info) return `${run} has no layer ${layer}; it has ${probe?.layers.map((l) => l.layer).join(', ') || 'none'}.`;
  if (info.quantities.some((q) => q.quantity === quantity)) return null;
  return `${layer} of ${run} has no ${quantity}; it has ${info.quantities.map((q) => q.quantity).join(', ')}.`;
}

export function makeSources(client: Client, around: Surroundings): Sources {
  const { index, selection, place, looked, why } = around;

  /** `within` is the layer and quantity, unless the thing belongs to the text. */
  const want = <T>(kind: string, ask: (within: Selection) => Ask<T>, cell: boolean, quantity?: string) => (): Wanted<T> | { why: string } | null => {
    const [there, chosen, now] = [place.value, selection.value, index.value];
    if (!there || !chosen || !now) return why.value === null ? null : { why: why.value };
    const probe = findProbe(now, there.run, there.probe);
    const absent = cell ? absence(probe, chosen.layer, quantity ?? chosen.quantity, findRun(now, there.run)?.name ?? there.run) : null;
    if (absent) return { why: absent };
    const request = ask(chosen);
    return {
      request: request(there),
      family: [kind, there.probe, ...(cell ? [chosen.layer, quantity ?? chosen.quantity] : [])].join('\n'),
      next: neighbours(probe?.steps ?? [], there.step).map((step) => request({ ...there, step })),
    };
  };

  const rows = new Map<string, ReadonlySignal<Loadable<Activity>>>();
  const unitOf = (quantity: string) => {
    let row = rows.get(quantity);
    if (!row) {
      const ask = (s: Selection) => (p: Where) => requests.requestUnit(p, s.layer, quantity, s.unit);
      row = resource(client, want<Activity>('unit', ask, true, quantity));
      rows.set(quantity, row);
    }
    return row;
  };

  const wantRelevance = want<Relevance>('relevance', (s) => (p) => requests.requestRelevance(p, s.layer, s.quantity), true);
  const text = resource(client, want<TokenText>('text', () => requests.requestText, false));
  return {
    place,
    text,
    looked,
    activity: resource(client, want<Activity>('activity', (s) => (p) => requests.requestActivity(p, s.layer, s.quantity), true)),
    spectrum: resource(client, want<Spectrum>('spectrum', (s) => (p) => requests.requestSpectrum(p, s.layer, s.quantity), true)),
    relevance: resource(client, () => (selection.value?.feature === '' ? { why: NO_FEATURE } : wantRelevance())),
    unitOf,
    mask: computed(() => maskOfLooked(looked.value) ?? maskOf(text.value, selection.value?.feature ?? '')),
  };
}

/** null while what was typed is not shown. */
function maskOfLooked(looked: Loadable<Looked>): Loadable<Uint8Array> | null {
  const found = shown(looked);
  if (!isFound(found)) return null;
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
