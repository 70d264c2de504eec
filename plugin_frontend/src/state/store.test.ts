import { effect, signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../data/client.ts';
import type { Host } from './host.ts';
import type { Link } from './link.ts';
import { Player } from './player.ts';
import { Store } from './store.ts';

const QUANTITIES = [
  { quantity: 'hidden_state', role: null },
  { quantity: 'forget_gate', role: 'retain' },
];

/** A log that can grow while it is looked at. */
class Log {
  runs = [this.run('a', 10, [0, 1])];
  broken = false;
  readonly asked: string[] = [];

  /** Units of the layer at a step, in the digests. */
  units: (step: number) => number | undefined = () => undefined;

  run(name: string, time: number, steps: number[], written: number[] = []) {
    const layers = [{ layer: 'lstm', cell: 'LSTM', units: 8, quantities: QUANTITIES }];
    return { run: name, name, wall_time: time, probes: [{ probe: 'novel', generated: false, steps, written, layers }] };
  }

  fetch = async (url: string): Promise<Response> => {
    this.asked.push(url);
    if (this.broken)
      return new Response('The data server did not answer.', {
        status: 503,
        headers: { 'content-type': 'text/plain' },
      });
    if (url.startsWith('index?')) return Response.json({ version: 1, runs: this.runs, notices: [] });
    const run = this.runs.find(({ run: name }) => url.includes(`run=${name}&`))!;
    const ranges = { lstm: { hidden_state: { low: -1, high: 1, limit: run.wall_time / 10, missing: 0 } } };
    const finding = { feature: 'space', layer: 'lstm', quantity: 'hidden_state', unit: 5, count: 3, effect: 2 };
    const steps = run.probes[0].steps.map((step) => ({
      step,
      wall_time: 1,
      tokens: 9,
      features: [{ name: 'space', kind: 'literal', count: 3 }],
      hypotheses: [finding],
      ranges,
      units: { lstm: this.units(step) },
    }));
    return Response.json({ version: 1, steps, cursor: 'none', continues: false, earlier: 0, before: 'none' });
  };
}

class Page implements Host {
  readonly dark = signal(false);
  readonly runFilter = '';
  readonly entries: Link[];
  private readonly listeners: (() => void)[] = [];
  constructor(link: Link = {}) {
    this.entries = [link];
  }
  readLink = () => this.entries.at(-1)!;
  writeLink(link: Link, { push }: { push: boolean }): void {
    if (!push) this.entries.pop();
    this.entries.push(link);
  }
  onLink = (listener: () => void) => {
    this.listeners.push(listener);
    return () => {};
  };
  onReload = () => () => {};
  back(): void {
    this.entries.pop();
    this.listeners.forEach((listener) => listener());
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 15));
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

async function open(log = new Log(), page = new Page()) {
  const store = new Store(new Client('', log.fetch), page);
  stops.push(
    store.start(),
    effect(() => void [store.limit.value, store.main.digest.value, store.main.steps.value, store.index.value]),
  );
  await settled();
  return { log, page, store };
}

async function refresh(store: Store): Promise<void> {
  store.refresh();
  await settled();
}

describe('opening', () => {
  it('selects nothing until the findings are there, then the strongest', async () => {
    const { store } = await open();
    expect(store.selection.value).toEqual({
      run: 'a',
      step: 1,
      compare: null,
      more: [],
      units: [],
      tokens: null,
      probe: 'novel',
      layer: 'lstm',
      quantity: 'hidden_state',
      unit: 5,
      feature: 'space',
    });
  });

  it('shows what a link says', async () => {
    const { store } = await open(
      new Log(),
      new Page({
        run: 'a',
        step: '0',
        layer: 'lstm',
        quantity: 'forget_gate',
        unit: '2',
        feature: 'space',
        colors: 'blue',
      }),
    );
    expect(store.selection.value).toMatchObject({ step: 0, quantity: 'forget_gate', unit: 2 });
    expect(store.option('colors').value).toBe('blue');
    expect(store.limit.value).toEqual({ low: 0, high: 1, diverging: false });
  });

  it('says when nothing was recorded', async () => {
    const log = new Log();
    log.runs = [];
    const { store } = await open(log);
    expect([store.selection.value, store.main.ref.value, store.index.value.state]).toEqual([null, null, 'ready']);
  });
});

describe('while training runs', () => {
  it('goes on to a new epoch from the last one, and keeps the unit', async () => {
    const { store, log } = await open();
    store.select({ unit: 3 });
    log.runs = [log.run('a', 11, [0, 1, 2])];
    await refresh(store);
    expect(store.selection.value).toMatchObject({ step: 2, unit: 3 });
    expect(store.main.digest.value?.step).toBe(2);
  });

  it('stays where the user has gone', async () => {
    const { store, log } = await open();
    store.select({ step: 0 });
    log.runs = [log.run('a', 11, [0, 1, 2])];
    await refresh(store);
    expect(store.selection.value?.step).toBe(0);
  });

  it('goes on again once the user is back at the last epoch', async () => {
    const { store, log } = await open();
    store.select({ step: 0 });
    store.select({ step: 1 });
    log.runs = [log.run('a', 11, [0, 1, 2])];
    await refresh(store);
    expect(store.selection.value?.step).toBe(2);
  });

  it('goes to a newer run unless a run was chosen', async () => {
    const { store, log } = await open();
    log.runs = [...log.runs, log.run('b', 50, [0])];
    await refresh(store);
    expect(store.selection.value?.run).toBe('b');
    store.select({ run: 'a' });
    log.runs = [...log.runs, log.run('c', 70, [0])];
    await refresh(store);
    expect(store.selection.value?.run).toBe('a');
  });

  it('keeps what it knows when the server is gone', async () => {
    const { store, log } = await open();
    log.broken = true;
    await refresh(store);
    expect(store.index.value).toMatchObject({ state: 'failed', message: 'The data server did not answer.' });
    expect(store.selection.value?.run).toBe('a');
    log.broken = false;
    await refresh(store);
    expect(store.index.value.state).toBe('ready');
  });
});

describe('a run that is trained again under the same name', () => {
  const texts = (log: Log) => log.asked.filter((url) => url.startsWith('text?'));
  const reading = async (log: Log) => {
    const { store } = await open(log);
    stops.push(effect(() => void store.main.text.value));
    await settled();
    return store;
  };

  it('is read again at a step that it had before', async () => {
    const log = new Log();
    log.runs = [log.run('a', 10, [0, 1], [5, 6])];
    const store = await reading(log);
    const before = texts(log).length;
    log.runs = [log.run('a', 20, [0, 1], [15, 16])];
    await refresh(store);
    expect(texts(log).slice(before)).toContain('text?run=a&probe=novel&step=1&written=16');
  });

  it('keeps the addresses of its steps when a step was added', async () => {
    const log = new Log();
    log.runs = [log.run('a', 10, [0, 1], [5, 6])];
    const store = await reading(log);
    store.select({ step: 0 });
    await settled();
    const addresses = () => new Set(texts(log).filter((url) => url.includes('step=0')));
    const before = addresses();
    log.runs = [log.run('a', 11, [0, 1, 2], [5, 6, 7])];
    await refresh(store);
    expect(addresses()).toEqual(before);
  });
});

describe('a run whose network grew', () => {
  it('has the units of the step that is shown', async () => {
    const log = new Log();
    log.units = (step) => (step === 0 ? 8 : 12);
    const { store } = await open(log, new Page({ run: 'a', layer: 'lstm', unit: '11', feature: 'space' }));
    expect(store.selection.value).toMatchObject({ step: 1, unit: 11 });
    store.select({ unit: 99 });
    expect(store.selection.value?.unit).toBe(11);
    store.select({ step: 0, unit: 9 });
    expect(store.selection.value?.unit).toBe(7);
  });

  it('keeps the unit of a complete link until the digests are there', async () => {
    const log = new Log();
    log.units = () => 12;
    const link = { run: 'a', step: '1', probe: 'novel', layer: 'lstm', quantity: 'hidden_state', unit: '11' };
    const { store, page } = await open(log, new Page({ ...link, feature: 'space' }));
    expect([store.selection.value?.unit, page.readLink().unit]).toEqual([11, '11']);
  });
});

it('speaks of batches where the run was recorded by batches', async () => {
  const log = new Log();
  const batches = log.run('b', 20, [500]);
  Object.assign(batches.probes[0], { axis: 'batch' });
  log.runs = [batches, ...log.runs];
  const { store } = await open(log);
  expect(store.main.axis.value.name(500)).toBe('batch 500');
  store.select({ compare: { run: 'a', step: 1 } });
  expect(store.compared.axis.value.name(1)).toBe('epoch 1');
  store.select({ run: 'a' });
  expect(store.main.axis.value.singular).toBe('epoch');
});

describe('selecting', () => {
  it('moves what cannot be to what can', async () => {
    const { store } = await open();
    store.select({ unit: 99 });
    expect(store.selection.value?.unit).toBe(7);
    store.select({ layer: 'gone' });
    expect(store.selection.value?.layer).toBe('lstm');
  });

  it('wakes nobody when it changes nothing', async () => {
    const { store } = await open();
    const seen = vi.fn();
    stops.push(effect(() => seen(store.selection.value)));
    store.select({ unit: 5 });
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it('fixes the colours over all runs that are shown', async () => {
    const log = new Log();
    log.runs = [...log.runs, log.run('b', 5, [0])];
    const { store } = await open(log);
    expect(store.limit.value).toMatchObject({ low: -1, high: 1 });
    log.runs[1].wall_time = 9;
    store.select({ run: 'b', compare: { run: 'a', step: 'same' } });
    await settled();
    expect(store.limit.value.high).toBe(1);
    expect(store.selection.value?.compare).toEqual({ run: 'a', step: 0 });
    store.select({ compare: null });
    expect(store.limit.value.high).toBe(0.9);
  });
});

describe('the link', () => {
  it('holds the whole selection, and options that are not the usual', async () => {
    const { store, page } = await open();
    store.option('signs').value = 'on';
    await settled();
    expect(page.readLink()).toEqual({
      run: 'a',
      step: 'last',
      probe: 'novel',
      layer: 'lstm',
      quantity: 'hidden_state',
      unit: '5',
      feature: 'space',
      signs: 'on',
    });
  });

  it('makes an entry of the history for a choice and none for an epoch; back goes back', async () => {
    vi.spyOn(Date, 'now').mockImplementation(
      (
        (now) => () =>
          (now += 5000)
      )(0),
    );
    const { store, page } = await open();
    store.select({ step: 0 });
    expect(page.entries).toHaveLength(1);
    store.select({ unit: 1 });
    expect(page.entries).toHaveLength(2);
    page.back();
    expect(store.selection.value).toMatchObject({ step: 0, unit: 5 });
    vi.restoreAllMocks();
  });
});

describe('playing', () => {
  it('starts at the beginning when at the end, and stops at the end', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { store } = await open();
    const player = new Player(store);
    stops.push(player.start());
    vi.spyOn(store.main.activity, 'peek').mockReturnValue({ state: 'empty', why: '' });
    vi.spyOn(store.main.text, 'peek').mockReturnValue({ state: 'empty', why: '' });
    player.toggle();
    expect([store.selection.value?.step, player.playing.value]).toEqual([0, true]);
    vi.advanceTimersByTime(500);
    expect([store.selection.value?.step, player.playing.value]).toEqual([1, false]);
    vi.useRealTimers();
  });
});

describe('comparing', () => {
  const three = () => {
    const log = new Log();
    log.runs = [log.run('a', 10, [0, 1]), log.run('b', 9, [0, 1, 2]), log.run('c', 8, [0])];
    return open(log);
  };

  it('shows one recording, two, and up to eight, by letters', async () => {
    const { store } = await three();
    expect(store.recordings.value.map(({ label }) => label)).toEqual(['A · a · epoch 1']);
    store.select({
      compare: { run: 'b', step: 'same' },
      more: [
        { run: 'c', step: 'last' },
        { run: 'a', step: 0 },
      ],
    });
    expect(store.recordings.value.map(({ label }) => label)).toEqual([
      'A · a · epoch 1',
      'B · b · epoch 1',
      'C · c · epoch 0',
      'D · a · epoch 0',
    ]);
    store.select({ more: Array.from({ length: 20 }, () => ({ run: 'c', step: 'last' as const })) });
    expect(store.recordings.value.length).toBe(8);
    store.select({ compare: null, more: [] });
    expect([store.recordings.value.length, store.mode.value]).toEqual([1, 'single']);
  });

  it('is a difference of two only', async () => {
    const { store } = await three();
    store.option('mode').value = 'difference';
    expect(store.mode.value).toBe('single');
    store.select({ compare: { run: 'b', step: 2 } });
    expect(store.mode.value).toBe('difference');
    expect(store.recordings.value.map(({ letter, label }) => [letter, label])).toEqual([
      ['B − A', 'B · b · epoch 2 less A · a · epoch 1'],
    ]);
    store.select({ more: [{ run: 'c', step: 'last' }] });
    expect(store.mode.value).toBe('side');
  });

  it('has colour limits that hold for every run compared', async () => {
    const { store } = await three();
    const stop = effect(() => void store.limit.value);
    stops.push(stop);
    await settled();
    expect(store.limit.value.high).toBe(1);
    store.select({ run: 'c', compare: { run: 'a', step: 0 } });
    await settled();
    expect(store.limit.value.high).toBe(1);
    store.select({ compare: null });
    await settled();
    expect(store.limit.value.high).toBeCloseTo(0.8);
  });
});

it('speaks of recordings where a model was recorded without training', async () => {
  const log = new Log();
  Object.assign(log.runs[0].probes[0], { axis: 'once' });
  const { store } = await open(log);
  expect(store.main.axis.value.name(1)).toBe('recording 1');
});
