import { signal, type Signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Missing, type Activity, type Index, type Spectrum } from '../../data/types.ts';
import { makeColormap } from '../../state/colormap.ts';
import { probe } from '../../state/fixtures.ts';
import { empty, ready, testCompared, testRecording, testStore } from '../../state/test-store.ts';
import type { Loadable, RecordingData } from '../../state/store.ts';
import type { View } from '../../ui/view.ts';
import '../fourier/fourier-view.ts';
import type { HeatmapCanvas } from '../../ui/charts/heatmap-canvas.ts';
import './heatmap-view.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';

const matrix = (rows: number, columns: number) => ({
  rows,
  columns,
  scale: new Float32Array(rows),
  codes: null,
  row: () => new Float32Array(columns),
  missing: () => Missing.No,
});

const GATE_COLORS = makeColormap({ low: 0, high: 1, diverging: false });

type Planted = Partial<Record<'activity' | 'spectrum', Signal<Loadable<unknown>>>>;

function storeOf(planted: Planted = {}, more: Partial<RecordingData> = {}, index = empty<Index>()) {
  const main = testRecording({
    colorsOf: signal(() => GATE_COLORS),
    colors: signal(GATE_COLORS),
    ...(planted as Partial<RecordingData>),
    ...more,
  });
  return { ...testStore({ index, selection: { quantity: 'forget_gate', feature: '<b>&' } }), main };
}

async function show(name: string, store: ReturnType<typeof storeOf>): Promise<ShadowRoot> {
  const view = document.createElement(name) as View;
  view.store = store;
  view.recordings = [testCompared(store.main)];
  document.body.append(view);
  await view.updateComplete;
  return view.shadowRoot!;
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => document.body.replaceChildren());

describe.each([
  ['rv-heatmap-view', 'activity', { matrix: matrix(1, 1), lengths: [1] } satisfies Activity],
  [
    'rv-fourier-view',
    'spectrum',
    { matrix: matrix(1, 1), frequency: Float32Array.of(0.25), bins: 1 } satisfies Spectrum,
  ],
] as const)('%s', (name, source, value) => {
  const message = (root: ShadowRoot) => renderedText(panelIn(root));

  it('waits for a selection', async () => {
    const store = storeOf();
    store.selection.value = null;
    expect(message(await show(name, store))).toContain('Waiting');
  });

  it('says why there is nothing', async () => {
    expect(message(await show(name, storeOf()))).toBe('nothing here');
  });

  it('says what failed and tries again', async () => {
    const retry = vi.fn();
    const root = await show(
      name,
      storeOf({ [source]: signal({ state: 'failed', message: 'No answer.', retry, stale: null }) }),
    );
    expect(message(root)).toContain('No answer.');
    pressPanel(root);
    expect(retry).toHaveBeenCalledOnce();
  });

  it('draws one unit with one column', async () => {
    const store = storeOf({ [source]: signal({ state: 'ready', value }) });
    store.option('fourier').value = 'flat';
    const root = await show(name, store);
    expect(root.querySelector('rv-heatmap-canvas')).not.toBeNull();
    expect(root.querySelector('.readout')!.textContent).toContain('1 unit'.slice(name.includes('fourier') ? 2 : 0));
  });

  it('keeps the old picture, marked as old, while the new one is on its way', async () => {
    const loadable = signal<Loadable<unknown>>({ state: 'ready', value });
    const store = storeOf({ [source]: loadable });
    store.option('fourier').value = 'flat';
    const root = await show(name, store);
    expect(root.querySelector('.picture.old')).toBeNull();
    loadable.value = { state: 'loading', stale: value };
    await settled();
    expect(root.querySelector('.picture.old rv-heatmap-canvas')).not.toBeNull();
  });

  it('has the numbers behind the picture, none before there is one', async () => {
    const numbers = (root: ShadowRoot) => (root.host as View).exportTable();
    expect(numbers(await show(name, storeOf()))).toBeNull();
    const table = numbers(await show(name, storeOf({ [source]: signal({ state: 'ready', value }) })));
    if (table?.kind !== 'matrix') throw new Error('a matrix expected');
    expect([table.rowNames, table.columnNames.length, table.row(0).length]).toEqual([['unit 0'], 1, 1]);
  });

  it('picks the unit that was clicked', async () => {
    const store = storeOf({ [source]: signal({ state: 'ready', value }) });
    store.option('fourier').value = 'flat';
    const root = await show(name, store);
    root.querySelector('rv-heatmap-canvas')!.dispatchEvent(new CustomEvent('rv-pick', { detail: 0 }));
    expect(store.select).toHaveBeenCalledWith({ unit: 0 });
  });
});

it('names from the log are text', async () => {
  const root = await show(
    'rv-heatmap-view',
    storeOf({ activity: signal({ state: 'ready', value: { matrix: matrix(1, 1), lengths: [1] } }) }),
  );
  expect(root.querySelector('b b, .head b')).toBeNull();
  expect(root.querySelector('.head')!.textContent).toContain('<b>&');
});

describe('the canvas of a heatmap', () => {
  it('is not drawn anew where only the pointer moved', async () => {
    const store = storeOf({ activity: signal({ state: 'ready', value: { matrix: matrix(3, 4), lengths: [4] } }) });
    const root = await show('rv-heatmap-view', store);
    const canvas = root.querySelector<HeatmapCanvas>('rv-heatmap-canvas')!;
    await canvas.updateComplete;
    const updated = vi.spyOn(canvas as unknown as { updated(changed: Map<string, unknown>): void }, 'updated');
    store.hover.value = { token: 2, partner: null, unit: 1, frequency: null, step: null };
    await settled();
    await canvas.updateComplete;
    expect(updated.mock.calls.flatMap(([changed]) => [...changed.keys()])).toEqual(['pointed']);
    expect(canvas.pointed).toEqual({ unit: 1, column: 2 });
  });
});

it('the quantities of the chosen unit stand over the units, and choosing one chooses the quantity', async () => {
  const unitOf = (quantity: string) =>
    signal<Loadable<Activity>>({
      state: 'ready',
      value: {
        matrix: { ...matrix(3, 4), row: () => new Float32Array(4).fill(quantity === 'forget_gate' ? 0.9 : -0.5) },
        lengths: [4],
      },
    });
  const layer = {
    layer: 'lstm',
    cell: 'LSTM',
    units: 3,
    quantities: [
      { quantity: 'hidden_state', role: null },
      { quantity: 'forget_gate', role: 'retain' },
    ],
  };
  const index: Index = {
    notices: [],
    runs: [{ run: 'r', name: 'r', wallTime: 0, probes: [probe('p', [0], { layers: [layer] })] }],
  };
  const store = storeOf({ activity: ready({ matrix: matrix(3, 4), lengths: [4] }) }, { unitOf }, ready(index));
  const root = await show('rv-heatmap-view', store);
  const button = [...root.querySelectorAll('button')].find((one) => one.textContent === 'Gates of unit 0')!;
  button.click();
  await settled();
  const canvas = root.querySelector<HeatmapCanvas>('rv-heatmap-canvas')!;
  expect(canvas.model!.groups[0].units.map((row) => canvas.model!.picture.label(row))).toEqual([
    'forget gate · retain',
    'hidden state ± 1.00',
  ]);
  canvas.say('point', { unit: -1, column: 1 });
  expect(store.hoverOver).toHaveBeenCalledWith({ token: 1, unit: 0, frequency: null });
  canvas.say('pick', -1);
  expect(store.select).toHaveBeenCalledWith({ quantity: 'forget_gate' });
});
