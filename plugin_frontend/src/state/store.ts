import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestDigests, requestIndex } from '../data/requests.ts';
import type { Activity, Digest, FirstNan, Hypothesis, Index, Looked, Relevance, Spectrum, TokenText } from '../data/types.ts';
import { makeColormap, type Colormap } from '../draw/colormap.ts';
import type { Host } from '../host/host.ts';
import { axisWords, type AxisWords } from './axis.ts';
import { History } from './history.ts';
import { findFirstNan, findGaps, readSteps, type Gap } from './left-out.ts';
import { findLimit, isGate, type Limit } from './limits.ts';
import { readWish, writeWish } from './link.ts';
import { shown, type Loadable } from './loadable.ts';
import { isFound, lookFor } from './look.ts';
import { Options } from './options.ts';
import { resource, type Wanted } from './resource.ts';
import { NOWHERE, sameHover, type Hover, type Selection } from './selection.ts';
import { isComplete, nearestStep, findProbe, settle, settlePlace, type ComparedStep, type Where, type Wish } from './settle.ts';
import { makeSources, type Sources } from './sources.ts';

export type { AxisWords } from './axis.ts';
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
  /** A feature as it was typed; empty while none is looked for. */
  readonly look: Signal<string>;
  readonly looked: ReadonlySignal<Loadable<Looked>>;
  /** The units of the digest, and those that go with what was typed. */
  readonly hypotheses: ReadonlySignal<readonly Hypothesis[]>;
  readonly unitOf: Sources['unitOf'];
  readonly compared: Sources;
  /** Digests of the run compared with. */
  readonly comparedDigests: ReadonlySignal<Loadable<Digest[]>>;
  readonly limit: ReadonlySignal<Limit>;
  /** The colours of `limit` in the present theme. */
  readonly colors: ReadonlySignal<Colormap>;
  /** Steps of the run and probe chosen, those that can be shown. */
  readonly steps: ReadonlySignal<readonly number[]>;
  /** These and the steps that were read, but whose large values are not there. */
  readonly allSteps: ReadonlySignal<readonly number[]>;
  /** What is not there of the run and probe chosen, and why. */
  readonly gaps: ReadonlySignal<readonly Gap[]>;
  readonly firstNan: ReadonlySignal<FirstNan | null>;
  /** What steps are called, and those of the run compared with. */
  readonly axis: ReadonlySignal<AxisWords>;
  readonly comparedAxis: ReadonlySignal<AxisWords>;

  private readonly options = new Options();
  private readonly history: History;
  private readonly wished: Signal<Wish>;
  /** The selection but for what is looked for. */
  private readonly settled: ReadonlySignal<Selection | null>;
  private readonly tick = signal(0);

  constructor(
    readonly client: Client,
    readonly host: Host,
  ) {
    this.dark = host.dark;
    this.history = new History(host);
    this.wished = signal<Wish>({});
    this.wish = this.wished;
    this.look = this.options.get('look', '');
    this.readLink();

    this.index = resource(client, () => {
      this.tick.value;
      return { request: requestIndex(), family: 'index', same: sameJson };
    });
    const known = computed(() => shown(this.index.value));
    this.place = steady(() => known.value && settlePlace(known.value, this.wished.value));
    this.digests = resource(client, () => this.wantDigests(this.place.value));
    this.digest = computed(() => shown(this.digests.value)?.find((d) => d.step === this.place.value?.step) ?? null);
    this.settled = steady(() => {
      const [index, place, wish] = [known.value, this.place.value, this.wished.value];
      if (!index || !place) return null;
      if (!isComplete(wish) && this.digests.value.state === 'loading') return null;
      return settle(index, wish, place, this.digest.value);
    });
    this.looked = lookFor(client, this.place, () => this.text.value, this.look);
    this.selection = steady(() => {
      const [settled, looked] = [this.settled.value, shown(this.looked.value)];
      return settled && isFound(looked) ? { ...settled, feature: looked.name } : settled;
    });
    this.hypotheses = computed(() => [...(shown(this.looked.value)?.units ?? []), ...(this.digest.value?.hypotheses ?? [])]);

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
    const found = computed(() => shown(this.digests.value) ?? []);
    this.allSteps = steady(() => readSteps(this.steps.value, found.value));
    this.gaps = steady(() => findGaps(this.steps.value, found.value, this.digest.value));
    this.firstNan = steady(() => findFirstNan(found.value));
    const axisAt = (at: Where | null) => axisWords(known.value && at ? findProbe(known.value, at.run, at.probe)?.axis : undefined);
    this.axis = computed(() => axisAt(this.place.value));
    this.comparedAxis = computed(() => axisAt(compare.value));

    const shared = { index: known, selection: this.selection };
    const main = makeSources(client, { ...shared, place: this.place, looked: this.looked, why: signal(null) });
    ({ text: this.text, activity: this.activity, spectrum: this.spectrum, relevance: this.relevance, mask: this.mask, unitOf: this.unitOf } = main);
    const looked = lookFor(client, compare, () => this.compared.text.value, this.look);
    this.compared = makeSources(client, { ...shared, place: compare, looked, why: signal('Nothing is compared.') });
  }

  /**
   * Changes the selection. What the change makes impossible moves to the nearest thing that exists. Whoever chooses another feature
   * than the one that was typed looks for nothing any more.
   */
  select(change: Change): void {
    batch(() => this.change(change));
  }

  private change({ feature, ...others }: Change): void {
    const chosen = this.selection.peek();
    const typed = this.look.peek() !== '' && feature === chosen?.feature;
    const change: Change = feature === undefined || typed ? others : { ...others, feature };
    if (change.feature !== undefined) this.look.value = '';
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
    const chosen = this.settled.value;
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
