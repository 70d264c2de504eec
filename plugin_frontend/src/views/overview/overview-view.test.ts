import { signal, type Signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../data/client.ts';
import type { Index, RunInfo } from '../../data/types.ts';
import { index as fixture, probe } from '../../state/fixtures.ts';
import { testStore, type TestStore } from '../../state/test-store.ts';
import type { Loadable, Selection } from '../../state/store.ts';
import { panelIn, renderedText } from '../../test-setup.ts';
import './overview-view.ts';
import type { OverviewView } from './overview-view.ts';
import type { RunRow } from './run-row.ts';

/** Sees what a test says is in sight. */
class Sight {
  static now: Sight;
  readonly watched = new Set<Element>();
  constructor(private readonly tell: (entries: { isIntersecting: boolean; target: Element }[]) => void) {
    Sight.now = this;
  }
  observe(row: Element) {
    this.watched.add(row);
  }
  unobserve(row: Element) {
    this.watched.delete(row);
  }
  disconnect() {}
  show(...names: string[]) {
    this.tell(
      [...this.watched].map((target) => ({ target, isIntersecting: names.includes((target as RunRow).run.name) })),
    );
  }
}

const losses: Record<string, number> = { run0: 3, run1: 1, run2: 2 };
const finding = {
  feature: '<b>',
  layer: 'lstm',
  quantity: 'hidden_state',
  unit: 4,
  aspect: 'level',
  neighbours: [],
  count: 3,
  effect: 2.5,
  q: 0.01,
};
const answer = (run: string) => ({
  steps: [0, 4].map((step) => ({
    step,
    wall_time: 1,
    tokens: 1234,
    loss: losses[run] + (step ? 0 : 1),
    features: [],
    hypotheses: step ? [finding, { ...finding, unit: 5, q: 0.9 }] : [],
    bytes: 1_900_000,
    ranges: {},
    absent: [],
    doctor:
      step && run === 'run0'
        ? [
            {
              code: 'RNV001',
              severity: 'error',
              title: 'lost values',
              layer: 'lstm',
              quantity: null,
              units: [],
              concerned: 1,
              evidence: '',
              why: '',
              advice: '',
            },
          ]
        : [],
  })),
  cursor: 'none',
  continues: false,
  earlier: 0,
  before: 'none',
});
const runOf = (name: string, wallTime: number): RunInfo => ({
  run: name,
  name,
  wallTime,
  probes: [probe('novel', [0, 4])],
});

let asked: string[];
let index: Signal<Loadable<Index>>;
let selection: Signal<Selection | null>;
let store: TestStore;
let view: OverviewView;

beforeEach(async () => {
  vi.stubGlobal('IntersectionObserver', Sight);
  asked = [];
  const client = new Client('', async (url) => {
    const run = new URLSearchParams(url.split('?')[1]).get('run')!;
    asked.push(run);
    return run === 'broken'
      ? new Response('It is gone.', { status: 404, headers: { 'content-type': 'text/plain' } })
      : new Response(JSON.stringify(answer(run)));
  });
  index = signal<Loadable<Index>>({
    state: 'ready',
    value: { notices: [], runs: ['run0', 'run1', 'run2'].map((name, i) => runOf(name, i)) },
  });
  store = testStore({ client, index, selection: { run: 'run1', step: 4, probe: 'novel' } });
  ({ selection } = store);
  view = document.createElement('rv-overview-view') as OverviewView;
  Object.assign(view, { store, recordings: [] });
  document.body.append(view);
  await drawn();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const drawn = async () => {
  for (let i = 0; i < 12; i++) await new Promise((done) => setTimeout(done));
};
const rows = () => [...view.shadowRoot!.querySelectorAll<RunRow>('rv-run-row')];
const row = (name: string) => rows().find(({ run }) => run.name === name)!.shadowRoot!;
const button = (name: string, label: string) =>
  [...row(name).querySelectorAll('button')].find((one) => one.textContent!.includes(label))!;

describe('rv-overview-view', () => {
  it('lists all runs and reads those in sight, once', async () => {
    expect([rows().length, asked]).toEqual([3, []]);
    Sight.now.show('run1');
    await drawn();
    Sight.now.show('run1');
    await drawn();
    expect(asked).toEqual(['run1']);
  });

  it('tells of a run what was read of it', async () => {
    Sight.now.show('run0');
    await drawn();
    const words = renderedText(row('run0'));
    expect(words).toContain('loss 4.00 → 3.00');
    expect(words).toContain('lstm 10 units, gru 4 units · 1,234 tokens · 2 epochs · 1.9 MB');
    expect(words).toContain('hidden state, forget gate');
    expect(words).toContain('Lost values in lstm');
    expect(row('run0').querySelector('rv-doctor')).not.toBeNull();
  });

  it('goes to a finding of another run', async () => {
    Sight.now.show('run2');
    await drawn();
    const [first, second] = row('run2').querySelectorAll<HTMLButtonElement>('.finding');
    expect([renderedText(first), renderedText(second)]).toEqual([
      '<b> lstm hidden state 4 +2.50',
      '<b> lstm hidden state 5 +2.50 · chance',
    ]);
    first.click();
    expect(store.select).toHaveBeenCalledWith({
      run: 'run2',
      probe: 'novel',
      step: 4,
      feature: '<b>',
      layer: 'lstm',
      quantity: 'hidden_state',
      unit: 4,
    });
  });

  it('makes a run A, or compares it', () => {
    button('run2', 'Show').click();
    expect(store.select).toHaveBeenLastCalledWith({ run: 'run2', step: 4, compare: null, more: [] });
    button('run2', 'Compare').click();
    expect(store.select).toHaveBeenLastCalledWith({ compare: { run: 'run2', step: 'last' }, more: [] });
    expect(button('run1', 'Compare').disabled).toBe(true);
  });

  it('says which runs are shown as what', async () => {
    selection.value = { ...selection.value!, compare: { run: 'run2', step: 4 } };
    await drawn();
    expect(
      rows().map(({ run }) => renderedText(row(run.name).querySelector('.letter') ?? document.createElement('i'))),
    ).toEqual(['', 'A', 'B']);
    expect(button('run2', 'Compare').getAttribute('aria-pressed')).toBe('true');
  });

  it('filters by a regular expression', async () => {
    store.option('runs').value = 'n[02]$';
    await drawn();
    expect(rows().map(({ run }) => run.name)).toEqual(['run0', 'run2']);
    store.option('runs').value = 'nothing';
    await drawn();
    expect(renderedText(view.shadowRoot!.querySelector('.picture'))).toBe('None of 3 runs fits “nothing”.');
  });

  it('reads every run to sort by loss', async () => {
    store.option('runs-sort').value = 'loss';
    await drawn();
    expect(asked.sort()).toEqual(['run0', 'run1', 'run2']);
    expect(rows().map(({ run }) => run.name)).toEqual(['run1', 'run2', 'run0']);
  });

  it('is quick with many runs, and reads few of them at a time', async () => {
    index.value = {
      state: 'ready',
      value: { notices: [], runs: Array.from({ length: 300 }, (_, i) => runOf(`run${i}`, i)) },
    };
    await drawn();
    expect([rows().length, asked]).toEqual([300, []]);
  });

  it('says of a run that it could not be read, or holds nothing', async () => {
    index.value = {
      state: 'ready',
      value: { notices: [], runs: [runOf('broken', 0), ...fixture.runs.filter(({ run }) => run === 'empty')] },
    };
    await drawn();
    Sight.now.show('broken', 'empty');
    await drawn();
    expect(renderedText(panelIn(row('broken'))!.querySelector('[role=alert]'))).toContain('It is gone.');
    expect(renderedText(row('empty'))).toContain('Nothing was recorded of this run yet.');
    expect(button('empty', 'Show').disabled).toBe(true);
  });

  it('has numbers of what was read', async () => {
    Sight.now.show('run0');
    await drawn();
    const numbers = view.exportTable();
    expect(numbers?.kind === 'table' && numbers.columns.find(({ name }) => name === 'last loss')!.values).toEqual([
      3,
      null,
      null,
    ]);
  });
});
