import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestIndex } from '../data/requests.ts';
import type { Index } from '../data/types.ts';
import { ActivityColors } from './activity-colors.ts';
import type { Host } from './host.ts';
import { History } from './history.ts';
import { findLimit, isGate, type Limit } from './limits.ts';
import { readSelectionRequest, writeSelectionRequest } from './link.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { isMatched, queryFeature } from './feature-query.ts';
import { PERSISTED, type SettingName, type SettingSignal } from './settings.ts';
import { UrlSettings } from './url-settings.ts';
import { PersistedSettings } from './persisted-settings.ts';
import type { MarkedTokens } from './marked-tokens.ts';
import { resource } from './resource.ts';
import { NOWHERE, sameHover, type Hover, type Selection } from './selection.ts';
import {
  needsDigest,
  nearestStep,
  findProbe,
  resolveSelection,
  resolveRecording,
  type SelectionRequest,
} from './resolve-selection.ts';
import type { Mode, ComparedRecording } from './compared-recording.ts';
import { comparedRecordings } from './compared-recordings.ts';
import { recordingData, type RecordingData } from './recording-data.ts';
import { sameJson, dedupedComputed } from './deduped-computed.ts';
import { makeTimeline } from './timeline.ts';
import type { Change, ViewContext } from './view-context.ts';

export type { AxisWords } from './axis.ts';
export type { Limit } from './limits.ts';
export { valueOrStale, type Loadable } from './loadable.ts';
export type { Hover, Selection } from './selection.ts';
export type { Mode, ComparedRecording } from './compared-recording.ts';
export type { RecordingData } from './recording-data.ts';
export type { Change, ViewContext } from './view-context.ts';

const POLL_MS = 5000;
const NOT_COMPARED = 'Nothing is compared.';

/**
 * State of the tab: one selection and the data that it points at.
 * Views read signals and call `select`; they never fetch.
 */
export class Store implements ViewContext {
  readonly selection: ReadonlySignal<Selection | null>;
  readonly selectionRequest: ReadonlySignal<SelectionRequest>;
  readonly hover: Signal<Hover> = signal(NOWHERE);
  readonly marked: Signal<MarkedTokens | null> = signal(null);
  readonly dark: ReadonlySignal<boolean>;
  /** True while the tab is in sight; nothing is polled otherwise. */
  readonly visible: Signal<boolean> = signal(true);
  readonly index: ReadonlySignal<Loadable<Index>>;
  /** A feature as it was typed; empty while none is looked for. */
  readonly featureQuery: Signal<string>;
  /** The recording chosen, A. */
  readonly main: RecordingData;
  /** B; empty while nothing is compared. */
  readonly compared: RecordingData;
  /** The colour limits of the quantity, shared by everything that is compared. */
  readonly limit: ReadonlySignal<Limit>;
  readonly colors: ActivityColors;
  readonly mode: ReadonlySignal<Mode>;
  /** The recordings that are shown; one alone, B less A, in `difference`. */
  readonly recordings: ReadonlySignal<readonly ComparedRecording[]>;
  /** All recordings chosen, A first, whatever the mode. */
  readonly comparedRecordings: ReadonlySignal<readonly ComparedRecording[]>;

  /** Settings that this browser keeps between visits. */
  readonly persistedSettings = new PersistedSettings();

  private readonly options: UrlSettings;
  private readonly history: History;
  private readonly wished: Signal<SelectionRequest>;
  /** The selection but for what is looked for. */
  private readonly settled: ReadonlySignal<Selection | null>;
  private readonly tick = signal(0);

  constructor(
    readonly client: Client,
    readonly host: Host,
  ) {
    this.dark = host.dark;
    this.options = new UrlSettings({ runs: host.runFilter });
    this.history = new History(host);
    this.wished = signal<SelectionRequest>({});
    this.selectionRequest = this.wished;
    this.featureQuery = this.options.get('look');
    this.readLink();

    this.index = resource(client, () => {
      this.tick.value;
      return { request: requestIndex(), staleGroup: 'index', same: sameJson };
    });
    const currentIndex = computed(() => valueOrStale(this.index.value));
    const ref = dedupedComputed(() => currentIndex.value && resolveRecording(currentIndex.value, this.wished.value));
    const timeline = makeTimeline(client, currentIndex, ref, null);
    this.settled = dedupedComputed(() => {
      const [index, recordingRef, wish] = [currentIndex.value, ref.value, this.wished.value];
      if (!index || !recordingRef) return null;
      const digest = timeline.digest.value;
      const isLoading = timeline.digests.value.state === 'loading';
      if (isLoading && needsDigest(index, wish, recordingRef) && !(digest && valueOrStale(timeline.digests.value)))
        return null;
      return resolveSelection(index, wish, recordingRef, digest);
    });
    const queryResult = queryFeature(client, ref, () => this.main.text.value, this.featureQuery);
    this.selection = dedupedComputed(() => {
      const [settled, looked] = [this.settled.value, valueOrStale(queryResult.value)];
      return settled && isMatched(looked) ? { ...settled, feature: looked.name } : settled;
    });
    this.limit = dedupedComputed(() => this.findLimit());
    this.colors = new ActivityColors({
      selection: this.selection,
      limit: this.limit,
      comparedRecordings: () => this.comparedRecordings.value,
      limits: this.option('limits'),
      cells: this.option('cells'),
      range: this.option('range'),
      swapped: this.option('colors'),
      dark: this.dark,
    });
    const around = { index: currentIndex, selection: this.selection, colors: this.colors };
    this.main = recordingData(client, {
      ...around,
      ref,
      timeline,
      queryResult,
      matching: signal({ state: 'empty', why: 'These are the units of A.' }),
      why: null,
    });

    const recordings = comparedRecordings(client, {
      ...around,
      main: this.main,
      typed: this.featureQuery,
      match: this.option('match'),
      mode: this.option('mode'),
      why: NOT_COMPARED,
    });
    ({ selected: this.comparedRecordings, visible: this.recordings, mode: this.mode } = recordings);
    this.compared = recordings.compared;
  }

  /**
   * Changes the selection.
   * Fields that the change makes impossible move to the nearest existing value. Another feature ends the feature
   * query.
   */
  select(change: Change): void {
    batch(() => this.change(change));
  }

  private change(asked: Change): void {
    const { feature, ...others } = asked;
    const selection = this.selection.peek();
    const typed = this.featureQuery.peek() !== '' && feature === selection?.feature;
    const change: Change = !('feature' in asked) || typed ? others : { ...others, feature };
    if (change.feature !== undefined) this.featureQuery.value = '';
    const { step, ...rest } = change;
    const next: SelectionRequest = { ...this.wished.peek(), ...rest };
    if (step === undefined) {
      this.wished.value = next;
      return;
    }
    const run = change.run ?? selection?.run ?? '';
    const index = valueOrStale(this.index.peek());
    const steps = (index && findProbe(index, run, change.probe ?? selection?.probe ?? '')?.steps) || [];
    const last = steps.length > 0 && step === nearestStep(steps, 'last');
    this.wished.value = { ...next, step: last ? 'last' : step };
  }

  /** A way of showing, by name: kept in the link where it is not the usual one. */
  option<K extends SettingName>(name: K): SettingSignal<K> {
    return this.options.get(name);
  }

  hoverOver(change: Partial<Hover>): void {
    const next = { ...this.hover.peek(), ...change };
    if (!sameHover(next, this.hover.peek())) this.hover.value = next;
  }

  refresh(): void {
    this.tick.value++;
  }

  /** Reads, polls and keeps the link true until the returned function is called. */
  start(): () => void {
    const stops = [
      this.host.onReload(() => this.refresh()),
      this.host.onLink(() => this.readLink()),
      effect(() => this.forgetRewritten()),
      effect(() => this.commit()),
      effect(() => this.writeLink()),
      effect(() => {
        if (!this.visible.value) return;
        const timer = setInterval(() => this.refresh(), POLL_MS);
        return () => clearInterval(timer);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  private findLimit(): Limit {
    const [index, chosen] = [valueOrStale(this.index.value), this.selection.value];
    if (!index || !chosen) return { low: -1, high: 1, diverging: true };
    const { layer, quantity } = chosen;
    const runs = new Map(this.comparedRecordings.value.map(({ data }) => [data.read.value?.run, data.digests]));
    const seen = this.option('range').value === 'seen';
    const gate = isGate(index, layer, quantity) ? (seen ? 'seen' : 'whole') : null;
    return findLimit(
      gate,
      [...runs.values()].flatMap((digests) => valueOrStale(digests.value) ?? []),
      layer,
      quantity,
    );
  }

  /** Fixes the selection once something is shown; run and step follow the training. */
  private commit(): void {
    const settledSelection = this.settled.value;
    if (!settledSelection) return;
    const { probe, layer, quantity, unit, feature } = settledSelection;
    const wish = this.wished.peek();
    const next = { ...wish, step: wish.step ?? 'last', probe, layer, quantity, unit, feature };
    if (!sameJson(next, wish)) this.wished.value = next;
  }

  private readLink(): void {
    const link = this.host.readLink();
    batch(() => {
      this.options.read({ ...this.persistedSettings.words(PERSISTED), ...link });
      const wish = readSelectionRequest(link);
      if (!sameJson(wish, this.wished.peek())) this.wished.value = wish;
    });
  }

  private writeLink(): void {
    const [chosen, wish, options] = [this.selection.value, this.wished.value, this.options.write()];
    if (chosen)
      this.history.write(
        writeSelectionRequest({
          ...wish,
          run: chosen.run,
          compare: chosen.compare && wish.compare,
          more: chosen.compare ? wish.more : [],
        }),
        options,
      );
  }

  private before: Index | null = null;

  /** Drops cached responses of runs whose steps went back or were written again. */
  private forgetRewritten(): void {
    const index = valueOrStale(this.index.value);
    for (const run of this.before?.runs ?? []) {
      const rewritten = run.probes.some(({ probe, steps, written, generation }) => {
        const now = index && findProbe(index, run.run, probe);
        if (!now || (now.steps.at(-1) ?? -Infinity) < (steps.at(-1) ?? -Infinity)) return true;
        if (now.generation) return now.generation !== generation;
        const times = new Map(now.steps.map((step, i) => [step, now.written[i]]));
        return steps.some((step, i) => times.has(step) && !Object.is(times.get(step), written[i]));
      });
      if (rewritten) this.client.forget(run.run);
    }
    this.before = index;
  }
}
