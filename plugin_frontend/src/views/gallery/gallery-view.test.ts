import { signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Activity, Digest } from '../../data/types.ts';
import { causal, digest, finding, index, probe } from '../../state/fixtures.ts';
import type { Loadable } from '../../state/loadable.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { unitMappingOf } from '../../state/unit-mapping.ts';
import { pressPanel, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import type { GalleryCard } from './gallery-card.ts';
import { galleryUnit } from './gallery-fixtures.ts';
import './gallery-view.ts';
import type { GalleryView } from './gallery-view.ts';

/** Observer whose cards a test puts in sight. */
class Sight {
  static now: Sight;
  readonly observed = new Set<Element>();
  constructor(private readonly call: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    Sight.now = this;
  }
  observe(target: Element) {
    this.observed.add(target);
  }
  unobserve(target: Element) {
    this.observed.delete(target);
  }
  disconnect() {
    this.observed.clear();
  }
  set(isIntersecting: boolean, unit: number) {
    const target = [...this.observed].find((card) => (card as GalleryCard).unit.unit === unit)!;
    this.call([{ target, isIntersecting }]);
  }
}

const TEXT = testText([...'if (a) { b(c); }\n'.repeat(40)]);
const units = { lstm: 10 };
const SWITCH = galleryUnit();
const DETECTOR = galleryUnit({ kind: 'detector', unit: 5, quantity: 'hidden_state', names: [], numbers: {} });
const states = (cell: Record<string, number[]>) => ({ lstm: { hidden_state: { detector: [5] }, cell_state: cell } });
const DIGESTS = [
  digest({ step: 0, units, kinds: states({}) }),
  digest({ step: 1, units, kinds: states({ switch: [3] }) }),
  digest({
    step: 2,
    units,
    kinds: states({ switch: [3], dead: [9] }),
    gallery: [SWITCH, DETECTOR],
    features: [{ name: 'brackets', kind: 'inside_brackets', count: 9, note: null, spec: null }],
    findings: [finding({ unit: 3, feature: 'brackets', quantity: 'hidden_state', ablation: causal() })],
  }),
];

beforeEach(() => vi.stubGlobal('IntersectionObserver', Sight));
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const drawn = async () => {
  for (let i = 0; i < 8; i++) await new Promise((done) => setTimeout(done));
};

async function show(digests: readonly Digest[] = DIGESTS, link: Record<string, string> = {}) {
  const step = signal(digests.length - 1);
  const asked: string[] = [];
  const data = testRecording({
    ref: signal({ run: 'new', probe: 'novel', step: step.value }),
    digests: ready(digests),
    digest: signal<Digest | null>(digests.at(-1) ?? null),
    text: ready(TEXT),
    unitMapping: signal(unitMappingOf(null)),
    activityOf: (layer: string, quantity: string, unit: number) => {
      asked.push(`${layer} ${quantity} ${unit}`);
      return signal<Loadable<Activity>>({ state: 'loading', stale: null });
    },
  });
  const recording = testCompared(data);
  const store = testStore({ link, index: ready(index), comparedRecordings: [recording] });
  const view = document.createElement('rv-gallery-view') as GalleryView;
  Object.assign(view, { store, recordings: [recording] });
  document.body.append(view);
  await drawn();
  const root = view.shadowRoot!;
  const cards = () => [...root.querySelectorAll<GalleryCard>('rv-gallery-card')];
  const button = (label: string) =>
    [...root.querySelectorAll('button')].find((one) => renderedText(one).startsWith(label))!;
  const charts = () => [...root.querySelector('rv-kinds-picture')!.shadowRoot!.querySelectorAll('rv-line-chart')];
  return { store, data, view, root, cards, button, asked, charts };
}

describe('a card', () => {
  it('tells the kind of its unit, since when, its evidence, its turns, its name and its ablation effect', async () => {
    const { cards } = await show();
    const text = renderedText(cards()[0].shadowRoot);
    expect(text).toContain('lstm · cell state 3');
    expect(text).toContain('switch since epoch 1');
    expect(text).toContain('brackets, overlap 0.73');
    expect(text).toContain('two states, 92 % of its variance between them');
    expect(text).toContain('on at ( 31 of 47 · off at ⏎ 29 of 46');
    expect(text).toContain('used for brackets: without its hidden state');
    expect(renderedText(cards()[1].shadowRoot)).toContain('detector since epoch 0 unknown detector');
  });

  it('reads its activity only while it is in sight', async () => {
    const { asked, cards } = await show();
    expect(asked).toEqual([]);
    Sight.now.set(true, 5);
    await drawn();
    expect(asked).toEqual(['lstm hidden_state 5']);
    Sight.now.set(false, 5);
    await drawn();
    cards()[1].requestUpdate();
    await drawn();
    expect(asked).toEqual(['lstm hidden_state 5']);
  });

  it('goes through its stretches, whole ones first', async () => {
    const { cards } = await show();
    const root = cards()[0].shadowRoot!;
    const status = () => renderedText(root.querySelector('[role=status]'));
    expect(status()).toBe('stretch 1 of 2: tokens 10 to 19');
    root.querySelector<HTMLElement>('[aria-label="Next stretch"]')!.click();
    await drawn();
    expect(status()).toBe('stretch 2 of 2: tokens 4 to 399');
    root.querySelector<HTMLElement>('[aria-label="Next stretch"]')!.click();
    await drawn();
    expect(status()).toContain('1 of 2');
  });

  it('opens its unit, its name and its stretch in every view, on the colours of the card', async () => {
    const { cards, store } = await show();
    cards()[0].shadowRoot!.querySelector<HTMLElement>('.open')!.click();
    expect(store.select).toHaveBeenCalledWith({
      ...{ layer: 'lstm', quantity: 'cell_state', unit: 3, feature: 'brackets', tokens: [10, 20] },
    });
    expect(store.option('cells').value).toBe('tanh');
  });
});

describe('the filters', () => {
  it('have the number of cards that they leave', async () => {
    const { root, button, cards } = await show();
    const labels = [...root.querySelectorAll('.segments button')].map((one) => renderedText(one));
    expect(labels).toEqual([
      ...['every kind 2', 'switch 1', 'counter 0', 'rhythm 0', 'detector 1'],
      ...['every quantity 2', 'hidden state 1', 'cell state 1'],
    ]);
    button('detector').click();
    await drawn();
    expect(cards().map(({ unit }) => unit.unit)).toEqual([5]);
    expect(renderedText(button('cell state'))).toBe('cell state 0');
  });

  it('say what they leave out, and show all again', async () => {
    const { root, cards } = await show(DIGESTS, { gallerykind: 'rhythm', gallerylayer: 'lstm' });
    expect(renderedText(root.querySelector('.cards'))).toBe(
      'None of the 2 units of the gallery at epoch 2 is a rhythm of lstm. Show all',
    );
    pressPanel(root);
    await drawn();
    expect(cards()).toHaveLength(2);
  });
});

describe('without a gallery', () => {
  it('a log of an earlier version asks for another recording', async () => {
    const { root } = await show([digest({ step: 0 })]);
    expect(renderedText(root)).toContain('This log was written before units had kinds: record again');
  });

  it('a log without states says so', async () => {
    const { store, view } = await show([digest({ step: 0 })]);
    const gates = probe('novel', [0], {
      layers: [{ layer: 'lstm', cell: 'LSTM', units: 4, quantities: [{ quantity: 'forget_gate', role: 'retain' }] }],
    });
    store.index.value = {
      state: 'ready',
      value: { notices: [], runs: [{ run: 'new', name: 'new', wallTime: 1, probes: [gates] }] },
    };
    await drawn();
    expect(renderedText(view.shadowRoot)).toContain('this log has none: record a state');
  });

  it('an epoch in which no unit can be read says what its units are', async () => {
    const { root } = await show(
      DIGESTS.slice(0, 2).map((one) => ({ ...one, kinds: { lstm: { cell_state: { echo: [1, 2] } } } })),
    );
    expect(renderedText(root)).toContain('No unit can be read at epoch 1: 2 echo, 8 mixed.');
  });
});

describe('the picture of the kinds', () => {
  it('stacks the units of each kind of each state over the steps', async () => {
    const { charts } = await show();
    const [, cell] = charts().map((chart) => (chart as LineChart).chart!);
    const of = (name: string) => Array.from(cell.lines.find((line) => line.name === name)!.values);
    expect([of('switch'), of('dead'), of('mixed')]).toEqual([
      [0, 1, 1],
      [0, 0, 1],
      [10, 9, 8],
    ]);
    expect(cell.now).toEqual([{ stop: 2 }]);
    expect(cell.y.high).toBe(10);
  });

  it('goes to the epoch that is chosen in it, and leaves mixed units out', async () => {
    const { charts, store, root } = await show();
    charts()[0].dispatchEvent(new CustomEvent('rv-choose', { detail: 1 }));
    expect(store.select).toHaveBeenCalledWith({ step: 1 });
    root.querySelector('rv-kinds-picture')!.shadowRoot!.querySelector<HTMLElement>('h3 button')!.click();
    await drawn();
    const chart = (charts()[1] as LineChart).chart!;
    expect([chart.lines.some(({ name }) => name === 'mixed'), chart.y.high]).toEqual([false, 2]);
  });
});

it('the export has the cards and the counts', async () => {
  const { view } = await show();
  const table = view.exportTable()!;
  if (table.kind !== 'table') throw new Error('It is a matrix.');
  const column = (name: string) => Array.from(table.columns.find((one) => one.name === name)!.values);
  expect(column('row').slice(0, 3)).toEqual(['card', 'card', 'count']);
  expect(column('row')).toHaveLength(2 + 2 * 3 * 7);
  expect(column('since step')[0]).toBe(1);
  expect(column('on at')[0]).toBe('"(" 31/47');
  const i = column('row').findIndex((row, k) => row === 'count' && column('kind')[k] === 'detector');
  expect([column('units')[i], column('step')[i], column('quantity')[i]]).toEqual([1, 0, 'hidden_state']);
});
