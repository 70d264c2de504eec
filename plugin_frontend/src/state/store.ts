import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestDigests, requestIndex } from '../data/requests.ts';
import type { Activity, Digest, Index, Relevance, Spectrum, TokenText } from '../data/types.ts';
import { makeColormap, type Colormap } from '../draw/colormap.ts';
import type { Host } from '../host/host.ts';
import { History } from './history.ts';
import { findLimit, isGate, type Limit } from './limits.ts';
import { readWish, writeWish } from './link.ts';
import { shown, type Loadable } from './loadable.ts';
import { Options } from './options.ts';
import { resource, type Wanted } from './resource.ts';
import { NOWHERE, sameHover, type Hover, type Selection } from './selection.ts';
import { isComplete, nearestStep, findProbe, settle, settlePlace, type ComparedStep, type Where, type Wish } from './settle.ts';
import { makeSources, type Sources } from './sources.ts';

export type { Limit } from './limits.ts';
export { shown, type Loadable } from './loadable.ts';
export type { Hover, Selection } from './selection.ts';
export type { Sources } from './sources.ts';

export type Change = Partial<Omit<Selection, 'compare'>> & {
  compare?: { readonly run: string; readonly step: ComparedStep } | null;
};

const POLL_MS = 5000;
/** Keeps the old object while the new one says the same, so that nobody is woken for nothing. */
function steady<T>(find: () => T): ReadonlySignal<T> {
  let old: T;
  let word: string | undefined;
  return computed(() => {
    const value = find();
    const now = JSON.stringify(value);
    if (now !== word) [old, word] = [value, now];
    return old;
  });
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The state of the tab: one selection, and what it points at. Views read signals, call `select`, and never fetch. */
export class Store implements Sources {
  readonly selection: ReadonlySignal<Selection | null>;
  readonly wish: ReadonlySignal<Wish>;
  readonly hover: Signal<Hover> = signal(NOWHERE);
  readonly dark: ReadonlySignal<boolean>;
  /** Whether anybody can see the tab; nothing is polled while not. */
  readonly visible: Signal<boolean> = signal(true);
  readonly index: ReadonlySignal<Loadable<Index>>;
  readonly digests: ReadonlySignal<Loadable<Digest[]>>;
  readonly digest: ReadonlySignal<Digest | null>;
  readonly place: ReadonlySignal<Where | null>;
  readonly text: ReadonlySignal<Loadable<TokenText>>;
  readonly activity: ReadonlySignal<Loadable<Activity>>;
  readonly spectrum: ReadonlySignal<Loadable<Spectrum>>;
  readonly relevance: ReadonlySignal<Loadable<Relevance>>;
  readonly mask: ReadonlySignal<Loadable<Uint8Array>>;
  readonly unitOf: Sources['unitOf'];
  readonly compared: Sources;
  /** Digests of the run compared with. */
  readonly comparedDigests: ReadonlySignal<Loadable<Digest[]>>;
  readonly limit: ReadonlySignal<Limit>;
  /** The colours of `limit` in the present theme. */
  readonly colors: ReadonlySignal<Colormap>;
  /** Steps of the run and probe chosen. */
  readonly steps: ReadonlySignal<readonly number[]>;

  private readonly options = new Options();
  private readonly history: History;
  private readonly wished: Signal<Wish>;
  private readonly tick = signal(0);

  constructor(
    readonly client: Client,
    readonly host: Host,
  ) {
    this.dark = host.dark;
    this.history = new History(host);
    this.wished = signal<Wish>({});
    this.wish = this.wished;
    this.readLink();

    this.index = resource(client, () => {
      this.tick.value;
      return { request: requestIndex(), family: 'index', same: sameJson };
    });
    const known = computed(() => shown(this.index.value));
    this.place = steady(() => known.value && settlePlace(known.value, this.wished.value));
    this.digests = resource(client, () => this.wantDigests(this.place.value));
    this.digest = computed(() => shown(this.digests.value)?.find((d) => d.step === this.place.value?.step) ?? null);
    this.selection = steady(() => {
      const [index, place, wish] = [known.value, this.place.value, this.wished.value];
      if (!index || !place) return null;
      if (!isComplete(wish) && this.digests.value.state === 'loading') return null;
      return settle(index, wish, place, this.digest.value);
    });

    const compare = steady<Where | null>(() => {
      const chosen = this.selection.value;
      return chosen?.compare ? { ...chosen.compare, probe: chosen.probe } : null;
    });
    this.comparedDigests = resource(client, () => this.wantDigests(compare.value) ?? { why: 'Nothing is compared.' });
    this.limit = steady(() => this.findLimit());
    this.colors = computed(() =>
      makeColormap({ ...this.limit.value, dark: this.dark.value, swapped: this.option('colors', 'red').value === 'blue' }),
    );
    this.steps = steady(() => {
      const [index, place] = [known.value, this.place.value];
      return (index && place && findProbe(index, place.run, place.probe)?.steps) || [];
    });

    const shared = { index: known, selection: this.selection };
    const main = makeSources(client, { ...shared, place: this.place, why: signal(null) });
    ({ text: this.text, activity: this.activity, spectrum: this.spectrum, relevance: this.relevance, mask: this.mask, unitOf: this.unitOf } = main);
    this.compared = makeSources(client, { ...shared, place: compare, why: signal('Nothing is compared.') });
  }

  /** Changes the selection. What the change makes impossible moves to the nearest thing that exists. */
  select(change: Change): void {
    const chosen = this.selection.peek();
    const { step, ...rest } = change;
    const next: Wish = { ...this.wished.peek(), ...rest };
    if (step === undefined) {
      this.wished.value = next;
      return;
    }
    const run = change.run ?? chosen?.run ?? '';
    const index = shown(this.index.peek());
    const steps = (index && findProbe(index, run, change.probe ?? chosen?.probe ?? '')?.steps) || [];
    const last = steps.length > 0 && step === nearestStep(steps, 'last');
    this.wished.value = { ...next, step: last ? 'last' : step };
  }

  /** A way of showing, by name: kept in the link where it is not the usual one. */
  option(name: string, usual: string): Signal<string> {
    return this.options.get(name, usual);
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

  private wantDigests(place: Where | null): Wanted<Digest[]> | null {
    void this.index.value;
    return place && { request: requestDigests(place.run, place.probe), family: `${place.run}\n${place.probe}`, same: sameJson };
  }

  private findLimit(): Limit {
    const [index, chosen] = [shown(this.index.value), this.selection.value];
    if (!index || !chosen) return { low: -1, high: 1, diverging: true };
    const { layer, quantity, compare } = chosen;
    const other = compare && compare.run !== chosen.run ? shown(this.comparedDigests.value) : null;
    const seen = this.option('range', 'whole').value === 'seen';
    const gate = isGate(index, layer, quantity) ? (seen ? 'seen' : 'whole') : null;
    return findLimit(gate, [...(shown(this.digests.value) ?? []), ...(other ?? [])], layer, quantity);
  }

  /** Once something is shown it stays chosen; only run and step go on following the training. */
  private commit(): void {
    const chosen = this.selection.value;
    if (!chosen) return;
    const { probe, layer, quantity, unit, feature } = chosen;
    const wish = this.wished.peek();
    const next = { ...wish, step: wish.step ?? 'last', probe, layer, quantity, unit, feature };
    if (!sameJson(next, wish)) this.wished.value = next;
  }

  private readLink(): void {
    const link = this.host.readLink();
    batch(() => {
      this.options.read(link);
      const wish = readWish(link);
      if (!sameJson(wish, this.wished.peek())) this.wished.value = wish;
    });
  }

  private writeLink(): void {
    const [chosen, wish, options] = [this.selection.value, this.wished.value, this.options.write()];
    if (chosen) this.history.write(writeWish({ ...wish, run: chosen.run, compare: chosen.compare && wish.compare }), options);
  }

  private before: Index | null = null;

  /** A run whose steps went back was written anew: what was read of it is no longer true. */
  private forgetRewritten(): void {
    const index = shown(this.index.value);
    for (const run of this.before?.runs ?? []) {
      const lost = run.probes.some(({ probe, steps }) => {
        const now = index && findProbe(index, run.run, probe)?.steps;
        return !now?.length || now[now.length - 1] < steps[steps.length - 1];
      });
      if (lost) this.client.forget(run.run);
    }
    this.before = index;
  }
}
