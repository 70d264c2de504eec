import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Projection } from '../../data/states.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { renderedText } from '../../test-setup.ts';
import type { DynamicsPart } from './dynamics-part.ts';
import type { GeometryPart } from './geometry-part.ts';
import { verdict, type ProbePart } from './probe-part.ts';
import type { StateScatter } from './state-scatter.ts';
import { DYNAMICS, DYNAMICS_HISTORY, GEOMETRY, PROBE, PROJECTION } from './states-fixtures.ts';
import './states-view.ts';
import type { StatesView } from './states-view.ts';

const WORDS = ['so', 'bad', '!', 'very', 'good', 'hm', 'good', 'good'];
const MASKS = new Map([['e', Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1)]]);
const TEXT = testText(WORDS, { lengths: [3, 5], labels: ['minus', 'plus'], masks: MASKS });
const CLASSIFIER: Projection = {
  ...PROJECTION,
  classes: ['minus', 'plus'],
  prediction: Int16Array.of(0, 0, 0, 1, 1, 1, 1, 1),
};

async function show(
  link: Record<string, string> = {},
  projection = PROJECTION,
  parts = {},
  dynamics: readonly number[] | null = null,
) {
  const linearProbe = vi.fn(() => ready(PROBE));
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'p', step: 5 }),
      steps: signal([0, 5]),
      text: ready(TEXT),
      mask: ready(MASKS.get('e')!),
      projection: vi.fn(() => ready(projection)),
      stateGeometry: () => ready([GEOMETRY]),
      linearProbe,
      ...parts,
    }),
  );
  const selection = { feature: 'e' };
  const index = ready({
    notices: [],
    runs: [
      {
        run: 'r',
        name: 'r',
        wallTime: 0,
        probes: [
          {
            ...{ probe: 'p', generated: false, axis: 'epoch' as const, parent: null, stepsOf: null, signal: false },
            ...{ classes: null, explained: null, dynamics, steps: [0, 5], written: [], generation: null, matrices: [] },
            layers: [
              { layer: 'lstm', cell: 'LSTMCell', units: 12, quantities: [{ quantity: 'hidden_state', role: null }] },
            ],
          },
        ],
      },
    ],
  });
  const store = testStore({ link, comparedRecordings: [recording], selection, index });
  const view = document.createElement('rv-states-view') as StatesView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  const scatter = root.querySelector<StateScatter>('rv-state-scatter')!;
  return { view, root, store, scatter, recording, linearProbe };
}

const fire = (scatter: StateScatter, name: string, detail: unknown) =>
  scatter.dispatchEvent(new CustomEvent(name, { detail }));

afterEach(() => document.body.replaceChildren());

describe('the projection', () => {
  it('is asked for with the steps that its axes are fitted to', async () => {
    const { recording, root, scatter } = await show();
    expect(recording.data.projection).toHaveBeenCalledWith('lstm', 'hidden_state', '[["r",[0,5]]]');
    expect(renderedText(root.querySelector('.notes'))).toContain('16 states (epochs 0–5); they stay the same');
    expect(scatter.model!.axes[0]).toEqual({
      title: 'component 1 (60 % of the variance)',
      short: '1 (60 %)',
      low: 0,
      high: 7,
    });
    expect(scatter.model!.label).toContain('8 states of lstm, hidden state, on component 1');
  });

  it('of equal states is a sentence', async () => {
    const { scatter, root } = await show({}, { ...PROJECTION, explained: [0, 0, 0] });
    expect(scatter).toBeNull();
    expect(root.querySelector('rv-state-panel')).not.toBeNull();
  });

  it('says that states are missing, spread, or badly shown', async () => {
    const bad = { ...PROJECTION, missing: 2, states: 90, explainedHere: [0.1, 0.1, 0] };
    const { root } = await show({}, bad);
    const words = renderedText(root.querySelector('.notes'));
    expect(words).toContain('8 of 90 states, evenly spread');
    expect(words).toContain('2 with values that are not finite');
    expect(words).toContain('show 20 % of the variance of this step');
  });

  it('is of three axes, of the last steps, or a map, as the link says', async () => {
    expect((await show({ statesaxes: '3d' })).scatter.model!.points.z).not.toBeNull();
    expect([...(await show({ statespoints: 'last' })).scatter.model!.points.tokens]).toEqual([2, 7]);
    const stateMap = vi.fn(() => ready({ ...PROJECTION, method: 'tsne' as const }));
    const { scatter } = await show({ statesmethod: 'tsne' }, PROJECTION, { stateMap });
    expect(stateMap).toHaveBeenCalledWith('lstm', 'hidden_state', '[["r",[5]]]');
    expect(scatter.model!.axes[1].title).toBe('t-SNE 2');
  });

  it('is exported with its tokens', async () => {
    const { view } = await show({ statescolor: 'class' });
    const table = view.exportTable();
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.columns.map(({ name }) => name)).toEqual([
      ...['token', 'sequence', 'word', 'component 1', 'component 2', 'component 3', 'label'],
    ]);
    expect(table.columns[2].values).toEqual(WORDS);
    expect(table.columns[6].values[3]).toBe('plus');
  });
});

describe('the colours', () => {
  it('are those of the prediction of a classifier, else of the unit', async () => {
    expect((await show({}, CLASSIFIER)).scatter.model!.colors.title).toBe('prediction');
    const { root } = await show({ statescolor: 'feature' });
    expect(renderedText(root.querySelector('.legend'))).toContain('e other tokens');
  });

  it('that are not in the log are said to be missing', async () => {
    const { root } = await show({ statescolor: 'loss' });
    expect(renderedText(root.querySelector('.legend'))).toContain('no probabilities');
    const disabled = [...root.querySelectorAll<HTMLOptionElement>('option:disabled')].map(({ value }) => value);
    expect(disabled).toEqual(['probability', 'loss', 'prediction']);
  });
});

describe('a token', () => {
  it('is pointed at here and in every view', async () => {
    const { scatter, store, view, root } = await show();
    fire(scatter, 'rv-over', 4);
    expect(store.hoverOver).toHaveBeenLastCalledWith({ token: 4 });
    store.hover.value = { ...store.hover.value, token: 4 };
    await view.updateComplete;
    expect(scatter.hover).toBe(4);
    expect(scatter.trails).toEqual([{ first: 3, end: 8, color: '#212121', name: 'around the token' }]);
    expect(renderedText(root.querySelector('[role=status]'))).toContain('token 1 of sequence 1, plus good');
  });

  it('is kept by a click, and its sequence opened; with shift its trajectory stays', async () => {
    const { scatter, store, view } = await show();
    fire(scatter, 'rv-pick', { index: 5, more: false });
    expect([store.option('token').value, store.option('sequence').value]).toEqual(['5', '1']);
    fire(scatter, 'rv-pick', { index: 0, more: true });
    expect(store.option('statessequences').value).toBe('0');
    await view.updateComplete;
    expect(scatter.trails.slice(0, 2).map(({ name, first, end }) => [name, first, end])).toEqual([
      ['sequence 1', 3, 8],
      ['sequence 0', 0, 3],
    ]);
    fire(scatter, 'rv-pick', { index: 1, more: true });
    expect(store.option('statessequences').value).toBe('');
  });
});

describe('a rectangle', () => {
  it('lists its tokens, and is part of the link', async () => {
    const { scatter, store, view, root } = await show();
    fire(scatter, 'rv-brush', { left: 2.5, right: 9, bottom: 0, top: 50 });
    expect(store.option('statesbrush').value).toBe('2.5 0 9 50');
    await view.updateComplete;
    const section = root.querySelector('[aria-label="Chosen states"]')!;
    expect(renderedText(section)).toContain('5 of 8 states');
    expect(renderedText(section)).toContain('good 3 100 %');
    expect([...scatter.model!.strong!]).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(store.marked.value).toEqual({ first: Uint32Array.of(3), end: Uint32Array.of(8), more: false });
    section.querySelector<HTMLButtonElement>('.word')!.click();
    expect(store.option('token').value).toBe('4');
    section.querySelector<HTMLButtonElement>('h3 button')!.click();
    expect(store.option('statesbrush').value).toBe('');
    await view.updateComplete;
    expect(store.marked.value).toBeNull();
  });

  it('names classes and features that are frequent in it', async () => {
    const { root, store } = await show({ statesbrush: '2.5 0 9 50' }, CLASSIFIER);
    const section = root.querySelector('[aria-label="Chosen states"]')!;
    expect(renderedText(section)).toContain('label plus 100 % 63 % 1.6 ×');
    expect(renderedText(section)).toContain('prediction plus');
    [...section.querySelectorAll('button')].at(-1)!.click();
    expect(store.select).toHaveBeenCalledWith({ feature: 'e' });
  });
});

describe('the figures beside it', () => {
  it('are dimension and speed by layer', async () => {
    const { root, store } = await show({ statescurves: 'on' });
    const part = root.querySelector<GeometryPart>('rv-state-geometry')!;
    await part.updateComplete;
    expect(renderedText(part.shadowRoot!.querySelector('table'))).toContain('lstm hidden state 12 3.3 4 0.500');
    expect(part.shadowRoot!.querySelectorAll('rv-line-chart')).toHaveLength(2);
    part.shadowRoot!.querySelector<HTMLButtonElement>('td button')!.click();
    expect(store.select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'hidden_state' });
  });

  it('are read by a linear model on demand', async () => {
    const { root, linearProbe, store } = await show();
    const part = root.querySelector<ProbePart>('rv-linear-probe')!;
    await part.updateComplete;
    expect(linearProbe).not.toHaveBeenCalled();
    const buttons = [...part.shadowRoot!.querySelectorAll('button')];
    expect(buttons.map(renderedText)).toEqual([
      'Read e with a linear model',
      'Read the label, from the last state with a linear model',
    ]);
    buttons[0].click();
    await part.updateComplete;
    expect(linearProbe).toHaveBeenCalledWith('lstm', 'hidden_state', 'e');
    const words = renderedText(part.shadowRoot!.querySelector('section'));
    expect(words).toContain('lstm hidden state 95 % 55 % 40 % 7: 70 %');
    expect(words).toContain('Mean recall over 2 classes, 50 % by chance; 8 states');
    part.shadowRoot!.querySelector<HTMLButtonElement>('td button')!.click();
    expect(store.select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'hidden_state', unit: 7 });
  });

  it('end in a sentence on what they mean', () => {
    expect(verdict(PROBE)).toContain('spread over units');
    expect(verdict({ ...PROBE, unitScore: 0.93 })).toContain('One unit');
    expect(verdict({ ...PROBE, control: 0.93 })).toContain('read as well');
    expect(verdict({ ...PROBE, score: 0.52 })).toContain('does not find it');
  });
});

describe('the fixed points', () => {
  const stateDynamics = vi.fn(() => ready(DYNAMICS));
  const parts = { stateDynamics, dynamicsHistory: ready(DYNAMICS_HISTORY) };
  const partOf = async (root: ShadowRoot) => {
    const part = root.querySelector<DynamicsPart>('rv-layer-dynamics')!;
    await part.updateComplete;
    return part.shadowRoot!;
  };

  it('are marks on the axes of the picture', async () => {
    const { scatter, root } = await show({ statesaxes: '1 3' }, PROJECTION, parts, [5]);
    expect(stateDynamics).toHaveBeenCalledWith('lstm', 'hidden_state', '[["r",[0,5]]]');
    expect(scatter.marks.map(({ kind, at }) => [kind, at])).toEqual([
      ['stable', [1, 0]],
      ['unstable', [3, 0]],
      ['slow', [5, 0]],
    ]);
    expect(scatter.marks[1].title).toBe('unstable fixed point; largest |λ| = 1.30, turning');
    expect(renderedText(root.querySelector('.legend'))).toContain('stable fixed point');
  });

  it('are not drawn on a map, or when they are switched off', async () => {
    expect((await show({ statesfixed: 'off' }, PROJECTION, parts, [5])).scatter.marks).toEqual([]);
    const stateMap = () => ready({ ...PROJECTION, method: 'tsne' as const });
    expect((await show({ statesmethod: 'tsne' }, PROJECTION, { ...parts, stateMap }, [5])).scatter.marks).toEqual([]);
  });

  it('are listed with exponent and time constants, and over the epochs', async () => {
    const root = await partOf((await show({}, PROJECTION, parts, [0, 5])).root);
    const words = renderedText(root);
    expect(words).toContain('1 stable and 1 unstable fixed points, 1 slow points');
    expect(words).toContain('small differences halve in 6.93 steps. A difference may grow at 25 % of the steps.');
    expect(words).toContain('τ = 9.49 steps');
    expect(root.querySelectorAll('rv-line-chart')).toHaveLength(3);
  });

  it('say when they were not measured', async () => {
    expect(renderedText(await partOf((await show()).root))).toContain('RNNVizCallback(…, dynamics=True)');
    const other = await partOf((await show({}, PROJECTION, parts, [0])).root);
    expect(renderedText(other)).toContain('Not measured at epoch 5. Measured: epoch 0.');
    const note = { ...DYNAMICS, note: 'its state has 512 numbers' };
    const noted = await show({}, PROJECTION, { ...parts, stateDynamics: () => ready(note) }, [5]);
    expect(renderedText(await partOf(noted.root))).toContain('Not measured: its state has 512 numbers.');
  });
});
