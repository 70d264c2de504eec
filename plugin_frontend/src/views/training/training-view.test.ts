import { signal, type Signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scalars } from '../../data/scalars.ts';
import type { Digest } from '../../data/types.ts';
import { digest } from '../../state/fixtures.ts';
import { testCompared, testRecording, testStore, type TestStore } from '../../state/test-store.ts';
import type { Loadable, ComparedRecording } from '../../state/store.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import { PROBE_LOSS } from './training-model.ts';
import './training-view.ts';
import type { TrainingView } from './training-view.ts';

const line = (tag: string, values: number[]) => ({
  tag,
  steps: Float64Array.from(values, (_, i) => i),
  values: Float64Array.from(values),
  wallTimes: Float64Array.from(values, (_, i) => 100 + i),
});
const scalarsOf = (run: string, units: number): Scalars => ({
  runs: [
    { run: `${run}/train`, name: 'train', tags: [line('epoch_loss', [3, 2, 1 + units]), line('<i>', [1])] },
    { run: `${run}/validation`, name: 'validation', tags: [line('epoch_loss', [4, 3, 3])] },
  ],
  hparams: [{ run, values: { cell: '<b>', units } }],
});

let scalars: Signal<Loadable<Scalars>>;
let digests: Signal<Loadable<readonly Digest[]>>;
let store: TestStore;
let recordings: ComparedRecording[];

const recordingOf = (series: number, run: string, own: Signal<Loadable<Scalars>>): ComparedRecording =>
  testCompared(
    testRecording({
      read: signal({ run: `${run}/rnnviz`, probe: 'p' }),
      ref: signal({ run: `${run}/rnnviz`, probe: 'p', step: 1 }),
      digests,
      scalars: own,
      steps: signal([0, 1, 2]),
      allSteps: signal([0, 1, 2]),
    }),
    series,
  );

beforeEach(() => {
  scalars = signal<Loadable<Scalars>>({ state: 'ready', value: scalarsOf('one', 8) });
  digests = signal<Loadable<readonly Digest[]>>({
    state: 'ready',
    value: [0, 1, 2].map((step) => digest({ step, loss: 3 - step })),
  });
  recordings = [recordingOf(0, 'one', scalars)];
  store = testStore({ comparedRecordings: recordings });
});
afterEach(() => document.body.replaceChildren());

async function show(mode = 'single'): Promise<TrainingView> {
  const view = document.createElement('rv-training-view') as TrainingView;
  store.comparedRecordings.value = recordings;
  Object.assign(view, {
    store,
    mode,
    recordings,
  });
  document.body.append(view);
  await drawn(view);
  return view;
}
const drawn = async (view: TrainingView) => {
  await new Promise((done) => setTimeout(done));
  await view.updateComplete;
};
const root = (view: TrainingView) => view.shadowRoot!;
const charts = (view: TrainingView) => [...root(view).querySelectorAll<LineChart>('rv-line-chart')];
const linesOf = ({ chart }: LineChart) =>
  chart!.lines.map(({ name, values }) => [name.replace(/ \S+$/, ''), name.split(' ').at(-1), Array.from(values)]);

describe('rv-training-view', () => {
  it('begins with the loss on the probe and that of the training, a line a run', async () => {
    const view = await show();
    expect(charts(view).map(({ chart }) => chart!.label)).toEqual([PROBE_LOSS, 'epoch_loss']);
    expect(linesOf(charts(view)[1])).toEqual([
      ['A', 'train', [3, 2, 9]],
      ['A', 'validation', [4, 3, 3]],
    ]);
    expect(renderedText(root(view).querySelector('.key'))).toBe('A A train A validation');
  });

  it('shows the curves that are ticked', async () => {
    const view = await show();
    const boxes = root(view).querySelectorAll<HTMLInputElement>('.tags input');
    boxes[0].click();
    boxes[2].click();
    await drawn(view);
    expect(charts(view).map(({ chart }) => chart!.label)).toEqual(['epoch_loss', '<i>']);
    expect(JSON.parse(store.option('curves')!.value)).toEqual(['epoch_loss', '<i>']);
  });

  it('draws all runs in one chart, and what differs between their settings first', async () => {
    recordings.push(recordingOf(1, 'two', signal<Loadable<Scalars>>({ state: 'ready', value: scalarsOf('two', 16) })));
    const view = await show('overlay');
    expect(linesOf(charts(view)[1]).map(([letter, role]) => `${letter} ${role}`)).toEqual([
      'A train',
      'A validation',
      'B train',
      'B validation',
    ]);
    const rows = [...root(view).querySelectorAll('tbody tr')];
    expect(rows.map((row) => [row.className, renderedText(row)])).toEqual([
      ['differs', 'units 8 16'],
      ['', 'cell <b> <b>'],
    ]);
  });

  it('subtracts A from B', async () => {
    recordings.push(recordingOf(1, 'two', signal<Loadable<Scalars>>({ state: 'ready', value: scalarsOf('two', 16) })));
    const view = await show('difference');
    expect(linesOf(charts(view)[1])).toEqual([
      ['B − A', 'train', [0, 0, 8]],
      ['B − A', 'validation', [0, 0, 0]],
    ]);
  });

  it('tells the values under the pointer and the epoch to the other views', async () => {
    const view = await show();
    charts(view)[1].dispatchEvent(new CustomEvent('rv-over', { detail: 2 }));
    await drawn(view);
    expect(renderedText(root(view).querySelector('.readout'))).toBe(
      'epoch_loss · epoch 2 · A train 9.00 · A validation 3.00',
    );
    expect(store.hoverOver).toHaveBeenCalledWith({ step: 2 });
  });

  it('chooses the epoch that was picked, if it was recorded', async () => {
    const view = await show();
    const [chart] = charts(view);
    expect(chart.chart!.now).toMatchObject([{ run: 'one/rnnviz', stop: 1 }]);
    chart.dispatchEvent(new CustomEvent('rv-choose', { detail: 7 }));
    expect(store.select).not.toHaveBeenCalled();
    chart.dispatchEvent(new CustomEvent('rv-choose', { detail: 2 }));
    expect(store.select).toHaveBeenCalledWith({ step: 2 });
  });

  it('has the loss on the probe without any scalars, and says how to log them', async () => {
    scalars.value = { state: 'ready', value: { runs: [], hparams: [] } };
    const view = await show();
    expect(charts(view).map(({ chart }) => chart!.label)).toEqual([PROBE_LOSS]);
    expect(renderedText(root(view))).toContain('keras.callbacks.TensorBoard(log_dir)');
  });

  it('says what failed, and tries again', async () => {
    const retry = vi.fn();
    scalars.value = { state: 'failed', message: 'No such route.', retry, stale: null };
    const view = await show();
    expect(renderedText(panelIn(root(view))!.querySelector('[role=alert]'))).toContain('No such route.');
    pressPanel(root(view));
    expect(retry).toHaveBeenCalledOnce();
    expect(charts(view).length).toBe(1);
  });

  it('has numbers of the curves that are shown', async () => {
    const view = await show();
    const numbers = view.exportTable();
    expect(numbers?.kind === 'table' && numbers.columns[5].values).toEqual([3, 2, 1, 3, 2, 9, 4, 3, 3]);
  });
});
