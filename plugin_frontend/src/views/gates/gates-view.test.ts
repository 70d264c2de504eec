import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LayerInfo, ProbeInfo } from '../../data/types.ts';
import { digest, probe } from '../../state/fixtures.ts';
import type { TestStore } from '../../state/test-store.ts';
import type { ComparedRecording } from '../../state/store.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import { drawn, part, plantedRecording, ready, seriesOf, showView, type Planted } from '../unit/unit-fixtures.ts';
import './gates-view.ts';
import type { GatesView } from './gates-view.ts';
import type { ScatterChart } from '../../ui/charts/scatter-chart.ts';

const layer = (name: string, cell: string, roles: Record<string, string | null>, units = 3): LayerInfo => ({
  layer: name,
  cell,
  units,
  quantities: Object.entries(roles).map(([quantity, role]) => ({ quantity, role })),
});
const LSTM = layer('lstm', 'LSTM', { hidden_state: null, input_gate: 'write', forget_gate: 'retain' });
const GRU = layer('gru', 'GRU', { hidden_state: null, update_gate: 'retain' });
const RNN = layer('rnn', 'SimpleRNN', { hidden_state: null });
const model = (...layers: LayerInfo[]): ProbeInfo => probe('novel', [0, 5], { layers });

const memory = { gate: 10, autocorrelation: 4, units: 3, disagree: 1 };
const whole: Planted = {
  probe: model(LSTM, GRU, RNN),
  digest: digest({
    memory: { lstm: { ...memory, quantity: 'forget_gate' }, rnn: { ...memory, quantity: 'hidden_state', gate: null } },
  }),
  statistics: {
    'saturation lstm forget_gate': ready(
      seriesOf({ left: { 0: [0, 0, 0], 5: [0.1, 0.5, 0.2] }, right: { 0: [1, 1, 1], 5: [0.8, 0.25, 0.7] } }),
    ),
    'saturation lstm input_gate': ready(seriesOf({ left: { 5: [0.6, 0.7, 0.9] }, right: { 5: [0, 0.1, 0.05] } })),
    'saturation gru update_gate': ready(seriesOf({ left: { 5: [0.3] }, right: { 5: [0.4] } })),
    'memory lstm forget_gate': ready(seriesOf({ gate: { 5: [2, 100, 10] }, autocorrelation: { 5: [2, 4, 5] } })),
    'memory rnn hidden_state': ready(seriesOf({ gate: { 5: [NaN, NaN, NaN] }, autocorrelation: { 5: [1, 6, 9] } })),
  },
};

async function show(planted: Planted = whole) {
  const { store, recording, sources } = plantedRecording(planted);
  const root = await showView('rv-gates-view', store, recording);
  const of = (name: string) => part(root, `rv-gates-${name}`);
  const scatter = (name: string, gate = 'forget_gate') =>
    of(name).querySelector<ScatterChart>(
      name === 'saturation' ? `[data-gate$="${gate}"] rv-scatter-chart` : 'rv-scatter-chart',
    )!;
  return { store, sources, root, of, scatter };
}
const fire = (target: Element, name: string, detail: unknown) =>
  target.dispatchEvent(new CustomEvent(name, { detail }));
const hoverUnit = (store: TestStore, unit: number | null) =>
  (store.hover.value = { token: null, partner: null, unit, frequency: null, step: null });

afterEach(() => document.body.replaceChildren());

describe('saturation', () => {
  it('has a scatter for each gate of the layer, what retains first', async () => {
    const { of, scatter } = await show();
    expect([...of('saturation').querySelectorAll('h4')].map((title) => renderedText(title))).toEqual([
      'forget gate retain',
      'input gate write',
    ]);
    const { x, y, guide, across } = scatter('saturation').scatter!;
    [
      [0.1, 0.8],
      [0.5, 0.25],
      [0.2, 0.7],
    ].forEach(([left, right], unit) => expect([x[unit], y[unit]]).toEqual([Math.fround(left), Math.fround(right)]));
    expect([guide, across.low, across.high]).toEqual(['sum', 0, 1]);
  });

  it('rings the unit chosen and reads it out', async () => {
    const { of, scatter } = await show();
    expect(scatter('saturation').selected).toEqual([1]);
    expect(renderedText(of('saturation').querySelector('.readout'))).toBe(
      'lstm unit 1 · forget gate shut 50 % open 25 % · input gate shut 70 % open 10 %',
    );
  });

  it('marks the unit that is pointed at, here and elsewhere', async () => {
    const { of, scatter, store } = await show();
    fire(scatter('saturation'), 'rv-over', 2);
    await drawn();
    expect(store.hoverOver).toHaveBeenCalledWith({ unit: 2 });
    expect([scatter('saturation').hover, scatter('saturation', 'input_gate').hover]).toEqual([2, 2]);
    expect(renderedText(of('saturation').querySelector('.readout'))).toContain('unit 2 · forget gate shut 20 %');
    fire(scatter('saturation'), 'rv-over', null);
    hoverUnit(store, 0);
    await drawn();
    expect(scatter('saturation').hover).toBe(0);
  });

  it('chooses the unit, and with shift its gate', async () => {
    const { scatter, store } = await show();
    fire(scatter('saturation'), 'rv-pick', { index: 2, more: false });
    expect(store.select).toHaveBeenLastCalledWith({ layer: 'lstm', unit: 2 });
    fire(scatter('saturation'), 'rv-pick', { index: 2, more: true });
    expect(store.select).toHaveBeenLastCalledWith({ layer: 'lstm', unit: 2, quantity: 'forget_gate' });
  });

  it('shows all layers when asked to, and points only in its own', async () => {
    const { root, of, store, scatter } = await show();
    [...root.querySelectorAll<HTMLButtonElement>('.head button')]
      .find((button) => button.textContent.trim() === 'All layers')!
      .click();
    await drawn();
    expect([...of('saturation').querySelectorAll('h4')].map((title) => renderedText(title))).toContain(
      'update gate retain · gru',
    );
    fire(scatter('saturation', 'update_gate'), 'rv-over', 0);
    await drawn();
    expect(store.hoverOver).toHaveBeenLastCalledWith({ unit: null });
    expect(scatter('saturation').hover).toBeNull();
    expect(renderedText(of('saturation').querySelector('.readout'))).toBe(
      'gru unit 0 · update gate shut 30 % open 40 %',
    );
  });

  it('says what is not there for the step, and what failed', async () => {
    const retry = vi.fn();
    const { of } = await show({
      ...whole,
      statistics: {
        'saturation lstm forget_gate': ready(seriesOf({ left: { 0: [1] }, right: { 0: [0] } })),
        'saturation lstm input_gate': signal({ state: 'failed', message: 'No answer.', retry, stale: null }),
      },
    });
    expect(renderedText(of('saturation'))).toContain('Not in the log for epoch 5.');
    pressPanel(of('saturation'));
    expect(retry).toHaveBeenCalledOnce();
  });

  it('of a difference has its middle at no change', async () => {
    const { scatter, root } = await show({ ...whole, difference: true });
    const { guide, across, up } = scatter('saturation').scatter!;
    expect([guide, across.low, across.high, up.low, up.high]).toEqual(['zero', -1, 1, -1, 1]);
    expect(renderedText(part(root, 'rv-gates-epochs'))).toBe('');
  });
});

describe('over epochs', () => {
  it('has the median unit of both shares, and chooses an epoch', async () => {
    const { of, store } = await show();
    const lines = of('epochs').querySelector<HTMLElement & { chart: { lines: { values: number[] }[]; now: unknown } }>(
      '[data-gate$=forget_gate] rv-line-chart',
    )!;
    expect(lines.chart.lines.map(({ values }) => values.map((value) => Number(value.toFixed(3))))).toEqual([
      [0, 0.2],
      [1, 0.7],
    ]);
    expect(lines.chart.now).toEqual([{ stop: 5 }]);
    fire(lines, 'rv-choose', 0);
    expect(store.select).toHaveBeenCalledWith({ step: 0 });
  });
});

describe('roles', () => {
  it('are a table over all layers', async () => {
    const { of, store } = await show();
    const rows = [...of('roles').querySelectorAll('tbody tr')];
    expect(rows.map((row) => renderedText(row))).toEqual([
      'lstm LSTM, 3 forget gate retain 20 % 70 % 10.0 4.00',
      'input gate write 70 % 5.0 %',
      'gru GRU, 3 update gate retain 30 % 40 %',
    ]);
    rows[2].querySelector('button')!.click();
    expect(store.select).toHaveBeenCalledWith({ layer: 'gru', quantity: 'update_gate' });
  });
});

describe('memory', () => {
  it('is what the gate permits against what the state does; crosses where they disagree', async () => {
    const { of, scatter } = await show();
    const { x, y, crossed, at, across, guide } = scatter('memory').scatter!;
    expect([x, y, crossed!].map((values) => Array.from(values))).toEqual([
      [2, 100, 10],
      [2, 4, 5],
      [0, 1, 0],
    ]);
    expect([at, across.low, across.high, across.log, guide]).toEqual([{ x: 10, y: 4 }, 1, 100, true, 'equal']);
    expect(renderedText(of('memory'))).toContain(
      '1 of 3 units: the two disagree by more than a factor of 3. Dashed: medians, 10.0 and 4.00 tokens',
    );
    expect(renderedText(of('memory').querySelector('.readout'))).toBe(
      'lstm unit 1 · by gate 100 tokens · by state 4.00 tokens',
    );
  });

  it('without a gate is what the state does', async () => {
    const { of } = await show({ ...whole, selection: { layer: 'rnn' } });
    expect(renderedText(of('memory'))).toContain('by its autocorrelation the median unit remembers 6.00 tokens');
  });
});

describe('the whole view', () => {
  it('says of a layer without gates that it has none, and shows the others', async () => {
    const { root, of } = await show({ ...whole, selection: { layer: 'rnn' } });
    expect(renderedText(root.querySelector('.page'))).toContain(
      'No gate of rnn is in this log: of this SimpleRNN it has hidden state. Other layers have gates.',
    );
    expect(of('roles').querySelectorAll('tbody tr')).toHaveLength(3);
    expect(root.querySelector('rv-gates-saturation')).toBeNull();
  });

  it('says why gates were not recorded', async () => {
    const { root } = await show({
      probe: model(layer('lstm', 'LSTM', { hidden_state: null })),
      digest: digest({ absent: [{ layer: 'lstm', quantity: 'forget_gate', reason: 'not asked for' }] }),
    });
    expect(renderedText(root.querySelector('.page'))).toContain('forget gate: not asked for.');
  });

  it('waits for a selection', async () => {
    const { root } = await show({ selection: null });
    expect(renderedText(panelIn(root))).toContain('Waiting');
  });

  it('exports a line for each unit of each gate', async () => {
    const { root } = await show();
    const numbers = (root.host as GatesView).exportTable()!;
    if (numbers.kind !== 'table') throw new Error('a table');
    const rows = Array.from(numbers.columns[0].values, (_, i) => numbers.columns.map(({ values }) => values[i]));
    expect(rows).toHaveLength(6);
    expect(rows[1]).toEqual(['lstm', 'forget_gate', 'retain', 1, 0.5, 0.25, 100, 4]);
    expect(rows[4].slice(0, 4)).toEqual(['lstm', 'input_gate', 'write', 1]);
  });
});

describe('recordings over each other', () => {
  const together = async (more: Planted) => {
    const { store, recording } = plantedRecording(whole);
    const second: ComparedRecording = {
      ...plantedRecording(more).recording,
      letter: 'B',
      label: 'B · r · epoch 5',
      series: 1,
    };
    const root = await showView('rv-gates-view', store, recording, second);
    return { of: (name: string) => part(root, `rv-gates-${name}`) };
  };
  const other: Planted = {
    ...whole,
    statistics: {
      ...whole.statistics,
      'saturation lstm forget_gate': ready(seriesOf({ left: { 5: [0.9, 0.8, 0.7] }, right: { 5: [0, 0.1, 0.2] } })),
    },
  };

  it('have their units in one scatter, told apart by shape and colour', async () => {
    const { of } = await together(other);
    const { over, color } = of('saturation').querySelector<ScatterChart>(
      '[data-gate$="forget_gate"] rv-scatter-chart',
    )!.scatter!;
    expect(
      over!.map(({ x, y, series }) => [
        Array.from(x, (value) => Number(value.toFixed(1))),
        Array.from(y, (value) => Number(value.toFixed(1))),
        series,
      ]),
    ).toEqual([[[0.9, 0.8, 0.7], [0, 0.1, 0.2], 1]]);
    expect(color).not.toBe(over![0].color);
  });

  it('have a median each over the epochs, and columns of the table', async () => {
    const { of } = await together(other);
    const { lines } = of('epochs').querySelector<LineChart>('[data-gate$="forget_gate"] rv-line-chart')!.chart!;
    expect(lines.map(({ name }) => name)).toEqual(['A shut', 'A open', 'B shut', 'B open']);
    expect(
      [...of('roles').querySelectorAll('th')]
        .map((head) => renderedText(head))
        .filter((head) => head.startsWith('shut')),
    ).toEqual(['shut A', 'shut B']);
  });

  it('say which of them lacks a gate', async () => {
    const { of } = await together({ ...whole, statistics: {} });
    expect(renderedText(of('saturation'))).toContain('B: nothing here');
  });
});
