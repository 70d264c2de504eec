import { stopsOf } from '../../ui/charts/line-layout.ts';
import { signal, type Signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Matching } from '../../data/matching.ts';
import type { Activity } from '../../data/types.ts';
import { causal, digest, finding, response } from '../../state/fixtures.ts';
import type { Loadable, Selection, ComparedRecording } from '../../state/store.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import {
  activityOf,
  drawn,
  empty,
  lifeOf,
  part,
  plantedRecording,
  ready,
  seriesOf,
  showView,
  spectrumOf,
  textOf,
  type Planted,
} from './unit-fixtures.ts';
import './unit-view.ts';
import type { UnitView } from './unit-view.ts';

const TEXT = 'it was a bright cold day in april and the clocks were striking ';
const high = [...TEXT].map((sign) => (sign === ' ' ? 0.9 : -0.8));
const link = finding({
  quantity: 'hidden_state',
  unit: 1,
  effect: 3.1,
  response: response(),
  ablation: causal(),
});
const weak = finding({
  quantity: 'hidden_state',
  unit: 1,
  feature: 'comma',
  effect: -0.2,
  q: 0.7,
  response: response({ label: 'none' }),
});

const whole: Planted = {
  unitOf: {
    hidden_state: ready(activityOf([high, high])),
    forget_gate: ready(activityOf([high, high.map(() => 0.95)])),
  },
  text: ready(textOf(TEXT)),
  report: ready({ unit: 1, tests: 600, findings: [link, weak] }),
  spectrum: ready(spectrumOf([0, 1, 2], [9, 0.1, 0.7])),
  life: ready(
    lifeOf(1, [0, 5], {
      space: [
        [0.1, 0.8],
        [3.1, 0.001],
      ],
      comma: [
        [0, 1],
        [-0.2, 0.7],
      ],
    }),
  ),
  statistics: {
    'peaks lstm hidden_state': ready(
      seriesOf({ frequency: { 5: [0.1, 0.5] }, amplitude: { 5: [1, 0.7] }, q: { 5: [1, 0.01] } }),
    ),
    'saturation lstm forget_gate': ready(seriesOf({ left: { 5: [0, 0.125] }, right: { 5: [0, 0.75] } })),
    'memory lstm forget_gate': ready(seriesOf({ gate: { 5: [1, 19] }, autocorrelation: { 5: [1, 4] } })),
  },
  digest: digest({
    memory: { lstm: { quantity: 'forget_gate', gate: 2, autocorrelation: 2, units: 2, disagree: 1 } },
    matching: { lstm: { quality: 0.93, moved: 2 } },
  }),
};

async function show(planted: Planted = whole) {
  const { store, recording, sources } = plantedRecording(planted);
  const root = await showView('rv-unit-view', store, recording);
  return { store, sources, root, of: (name: string) => part(root, `rv-unit-${name}`) };
}

afterEach(() => document.body.replaceChildren());

describe('the headline', () => {
  it('is the unit and its strongest link', async () => {
    const { of } = await show();
    expect(renderedText(of('headline'))).toMatch(
      /lstm hidden state 1 of 10 units associated with space , effect \+3\.10 , q 0\.001 , used/,
    );
  });

  it('says when nothing is above chance, and when that is not known', async () => {
    expect(
      renderedText((await show({ ...whole, report: ready({ unit: 1, tests: 1, findings: [weak] }) })).of('headline')),
    ).toContain('no feature above chance');
    expect(renderedText((await show({})).of('headline'))).toContain('not among the findings');
  });

  it('names the recording when several are compared, and a unit that has no match', async () => {
    const compare = { run: 'b', step: 1 };
    expect(renderedText((await show({ ...whole, selection: { compare } })).of('headline'))).toContain(
      'lstm hidden state 1 · A',
    );
    const { store, recording, sources } = plantedRecording(whole);
    sources.unit.value = -1;
    expect(renderedText(part(await showView('rv-unit-view', store, recording), 'rv-unit-headline'))).toContain(
      'has no match here',
    );
  });
});

describe('contexts', () => {
  it('are the planted tokens, on their colours, the one in the middle marked', async () => {
    const { of, sources } = await show();
    const highest = of('contexts').querySelector('.group')!;
    expect(highest.querySelector('h4')!.textContent).toContain('highest');
    const centres = [...highest.querySelectorAll('.centre i')];
    expect(centres.length).toBeGreaterThan(2);
    for (const centre of centres) {
      expect(centre.textContent).toBe('␣');
      expect((centre as HTMLElement).getAttribute('style')).toContain(
        sources.colors.value.css[sources.colors.value.index(0.9)],
      );
    }
  });

  it('pin the token that is clicked, and point at the one under the pointer', async () => {
    const { of, store } = await show();
    const button = of('contexts').querySelector<HTMLButtonElement>('button')!;
    button.click();
    expect(store.option('token').value).toBe(button.dataset.token);
    button.querySelector('i')!.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, composed: true }));
    expect(store.hoverOver).toHaveBeenLastCalledWith({ token: Number(button.querySelector('i')!.dataset.t) });
  });

  it('are read out with their place, value and words', async () => {
    const { of } = await show();
    expect(of('contexts').querySelector('button')!.title).toMatch(/^token \d+ \+0\.900$/);
  });

  it('are hatched where a value is missing', async () => {
    const { of } = await show({
      ...whole,
      unitOf: { hidden_state: ready(activityOf([high, high.map((value, t) => (t === 3 ? NaN : value))])) },
    });
    const cells = [...of('contexts').querySelectorAll<HTMLElement>('i[data-t="3"]')];
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.every((cell) => cell.matches('.hatch'))).toBe(true);
  });

  it('of a unit without numbers, and of one that never moves, say so', async () => {
    const only = (values: number[]) => ({ ...whole, unitOf: { hidden_state: ready(activityOf([values, values])) } });
    expect(renderedText((await show(only(high.map(() => NaN)))).of('contexts'))).toContain(
      'None of its values is a number',
    );
    expect(renderedText((await show(only(high.map(() => 0.25)))).of('contexts'))).toContain(
      'It is +0.250 at every token',
    );
  });

  it('keep the old unit, marked as old, until the new one is there', async () => {
    const old = activityOf([high, high]);
    const loadable = signal<Loadable<Activity>>({ state: 'ready', value: old });
    const { of, sources } = await show({ ...whole, unitOf: { hidden_state: loadable } });
    sources.unit.value = 0;
    loadable.value = { state: 'loading', stale: old };
    await drawn();
    expect(of('contexts').querySelector('.old .centre i')!.textContent).toBe('␣');
  });
});

describe('features', () => {
  it('stand in their order, grey where not above chance, on one scale', async () => {
    const { of } = await show();
    const tiles = [...of('responses').querySelectorAll<HTMLButtonElement>('.tiles button')];
    expect(tiles.map((tile) => renderedText(tile))).toEqual([
      'space +3.10 reacting q 0.001',
      'comma −0.200 not above chance q 0.700',
    ]);
    expect(tiles.map((tile) => tile.classList.contains('chance'))).toEqual([false, true]);
    const bands = tiles.map((tile) => tile.querySelector('.chance-band')!.getAttribute('d'));
    expect(new Set(bands).size).toBe(1);
  });

  it('are chosen with a click', async () => {
    const { of, store } = await show();
    of('responses').querySelectorAll<HTMLButtonElement>('.tiles button')[1].click();
    expect(store.select).toHaveBeenCalledWith({ feature: 'comma' });
  });

  it('say what failed and try again', async () => {
    const retry = vi.fn();
    const { of } = await show({
      ...whole,
      report: signal({ state: 'failed', message: 'No answer.', retry, stale: null }),
    });
    expect(renderedText(of('responses'))).toContain('No answer.');
    pressPanel(of('responses'));
    expect(retry).toHaveBeenCalledOnce();
    expect(of('contexts').querySelector('.centre')).not.toBeNull();
  });
});

describe('life', () => {
  it('has a line for each feature, points filled where above chance', async () => {
    const { of } = await show();
    const chart = of('life').querySelector('rv-line-chart')!;
    const points = [...chart.shadowRoot!.querySelectorAll('circle')].map((point) => point.getAttribute('class'));
    expect(points).toEqual(['hollow', 'filled']);
    expect(chart.shadowRoot!.querySelectorAll('.faint')).toHaveLength(1);
    expect(chart.shadowRoot!.querySelector('.now')).not.toBeNull();
  });

  it('chooses an epoch, and points at one by keys', async () => {
    const { of, store } = await show();
    const chart = of('life').querySelector('rv-line-chart')!;
    chart.dispatchEvent(new CustomEvent('rv-choose', { detail: 0 }));
    expect(store.select).toHaveBeenCalledWith({ step: 0 });
    chart
      .shadowRoot!.querySelector('svg')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    expect(store.hoverOver).toHaveBeenLastCalledWith({ step: 0 });
  });

  it('reads out the epoch that is pointed at', async () => {
    const { of, store } = await show();
    (store.hover as Signal<unknown>).value = { token: null, unit: null, frequency: null, step: 5 };
    await drawn();
    expect(renderedText(of('life'))).toContain('epoch 5: space +3.10 q 0.001');
  });
});

describe('spectrum, gates and memory', () => {
  it('marks the peak with what it is worth', async () => {
    const { of } = await show();
    expect(renderedText(of('spectrum'))).toContain('spectral peak every 2 tokens, at 0.500 cycles per token, q 0.010');
    expect(of('spectrum').querySelector('rv-line-chart')!.shadowRoot!.querySelector('circle.filled')).not.toBeNull();
  });

  it('has a histogram for the quantity and for each gate', async () => {
    const { of, store } = await show();
    const words = renderedText(of('activity'));
    expect(words).toContain('hidden state');
    expect(words).toMatch(/forget gate retain .*shut 13 % · open 75 %/);
    expect(words).toContain('remembers 19.0 tokens by its gate, 4.00 tokens by its autocorrelation');
    of('activity').querySelector<HTMLButtonElement>('[data-quantity=forget_gate]')!.click();
    expect(store.select).toHaveBeenCalledWith({ quantity: 'forget_gate' });
  });

  it('counts what is missing', async () => {
    const { of } = await show({
      ...whole,
      unitOf: { hidden_state: ready(activityOf([high, high.map((value, t) => (t < 4 ? NaN : value))])) },
    });
    expect(renderedText(of('activity'))).toContain('4 missing');
  });
});

describe('ablation', () => {
  it('says the ablation effect of the unit', async () => {
    expect(renderedText((await show()).of('ablation'))).toContain('space used +0.310 [0.200, 0.440]');
  });

  it('says why it was not measured', async () => {
    expect(
      renderedText((await show({ ...whole, report: ready({ unit: 1, tests: 1, findings: [weak] }) })).of('ablation')),
    ).toContain('Not measured: it is not above chance');
  });
});

describe('the match', () => {
  const compared = { ...whole, selection: { compare: { run: 'b', step: 1 } } satisfies Partial<Selection> };

  it('of one recording is that with the epoch before', async () => {
    expect(renderedText((await show()).of('match'))).toContain(
      'correlate by 0.930; 2 units are matched with another one',
    );
  });

  it('is offered when something is compared', async () => {
    const { of, store } = await show(compared);
    pressPanel(of('match'));
    expect(store.option('match').value).toBe('matched');
  });

  it('has its correlation and margin', async () => {
    const { of, store } = await show(compared);
    store.option('match').value = 'matched';
    const matching: Matching = {
      partner: [0, 7],
      correlation: [1, 0.98],
      margin: [null, 0.4],
      quality: 0.9,
      signed: false,
      tokens: 10,
      otherUnits: 9,
    };
    const other = plantedRecording();
    (other.sources.matching as Signal<Loadable<Matching>>).value = { state: 'ready', value: matching };
    store.comparedRecordings.value = [
      ...store.comparedRecordings.value,
      { ...other.recording, letter: 'B', series: 1 },
    ];
    await drawn();
    expect(renderedText(of('match'))).toContain(
      'Unit 1 of A is unit 7 of B: correlation +0.980 , ahead of the next best by 0.400',
    );
  });
});

describe('recordings over each other', () => {
  const other: Planted = {
    ...whole,
    report: ready({ unit: 1, tests: 600, findings: [{ ...link, effect: 1.5 }] }),
    spectrum: ready(spectrumOf([0, 1, 2], [9, 0.4, 0.2])),
    life: ready(
      lifeOf(1, [0, 9], {
        space: [
          [0.2, 0.9],
          [1.5, 0.01],
        ],
      }),
    ),
  };
  const together = async (more: Planted = other) => {
    const { store, recording } = plantedRecording(whole);
    const second: ComparedRecording = {
      ...plantedRecording(more).recording,
      letter: 'B',
      label: 'B · r · epoch 5',
      series: 1,
    };
    const root = await showView('rv-unit-view', store, recording, second);
    const chart = (name: string) => part(root, `rv-unit-${name}`).querySelector<LineChart>('rv-line-chart')!.chart!;
    return { root, chart, of: (name: string) => part(root, `rv-unit-${name}`) };
  };

  it('have a line each, told apart by colour, dash and letter', async () => {
    const { root, chart } = await together();
    expect(renderedText(root.querySelector('.lines'))).toBe('A · r · epoch 5 B · r · epoch 5');
    const [a, b] = chart('spectrum').lines;
    expect([a.name, b.name, a.dash === b.dash, a.color === b.color]).toEqual(['A', 'B', false, false]);
    expect(
      [...(a.values as Float32Array), ...(b.values as Float32Array)].map((value) => Number(value.toFixed(2))),
    ).toEqual([0.1, 0.7, 0.4, 0.2]);
  });

  it('have the life of the chosen feature, over all steps of both', async () => {
    const { chart } = await together();
    const { lines } = chart('life');
    expect([
      lines.map(({ name, values }) => [name, ...Array.from(values, (value) => Number(value.toFixed(1)))]),
      stopsOf(lines),
    ]).toEqual([
      [
        ['A', 0.1, 3.1],
        ['B', 0.2, 1.5],
      ],
      [0, 5, 9],
    ]);
  });

  it('have their means around a feature in one tile, and their spreads in one picture', async () => {
    const { of } = await together();
    const tile = of('responses').querySelector('[data-feature=space]')!;
    expect(Array.from(tile.querySelectorAll<SVGElement>('.mean'), (line) => line.style.stroke)).toEqual([
      '#c43e00',
      '#00695c',
    ]);
    expect(renderedText(tile)).toContain('B +1.50 q');
    expect(
      of('activity').querySelector('[data-quantity=hidden_state]')!.parentElement!.querySelectorAll('.over').length,
    ).toBe(1);
  });

  it('stand beside each other where there is nothing to lay over', async () => {
    const { root } = await together();
    expect(
      [...root.querySelectorAll('.each rv-unit-headline')].map((headline) => renderedText(headline.shadowRoot)),
    ).toHaveLength(2);
  });

  it('say which of them has nothing', async () => {
    const { of } = await together({ ...other, spectrum: empty('it has no spectra') });
    expect(renderedText(of('spectrum'))).toContain('B: it has no spectra');
  });
});

describe('the whole view', () => {
  it('waits for a selection', async () => {
    const { root } = await show({ selection: null });
    expect(renderedText(panelIn(root))).toContain('Waiting');
  });

  it('says of each part why there is nothing', async () => {
    const { of } = await show({});
    for (const name of ['contexts', 'responses', 'life', 'spectrum', 'activity'])
      expect(renderedText(of(name))).toContain('nothing here');
  });

  it('exports everything that it draws, and nothing where there is nothing', async () => {
    const { root } = await show();
    const numbers = (root.host as UnitView).exportTable()!;
    if (numbers.kind !== 'table') throw new Error('a table');
    const rows = Array.from(numbers.columns[0].values, (_, i) => numbers.columns.map(({ values }) => values[i]));
    expect(rows).toContainEqual(['link', 'space', 'effect', link.effect]);
    expect(rows).toContainEqual(['response', 'space', 0, 0.9]);
    expect(rows.filter(([what]) => what === 'activity')).toHaveLength(TEXT.length);
    expect(rows.filter(([what, of, at]) => what === 'life effect' && of === 'space' && at === 5)).toHaveLength(1);
    expect(((await show({})).root.host as UnitView).exportTable()).toBeNull();
  });

  it('of a difference shows what has one', async () => {
    const { of } = await show({ ...whole, difference: true });
    expect(renderedText(of('headline'))).toContain('B less A');
    expect(renderedText(of('spectrum'))).not.toContain('spectral peak');
    expect(of('contexts').querySelector('.centre')).not.toBeNull();
  });
});
