import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeExplanationHistory, decodeExplanations } from '../../data/explanations-wire.ts';
import { WireError } from '../../data/json.ts';
import type { Index } from '../../data/types.ts';
import { digest, probe } from '../../state/fixtures.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { panelIn, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import { reachSentence } from './reach-model.ts';
import { accountOf, chosenPrediction, partColors, strongestParts } from './why-model.ts';
import type { WhyView } from './why-view.ts';
import './why-view.ts';

const TOKENS = [...'the cat sat'];
const PREDICTION = {
  sequence: 0,
  step: 3,
  first: 0,
  reason: 'loss',
  explained: 'c',
  predicted: 'c',
  target: 'd',
  loss: 2,
  score: 3,
  change: 1.5,
  gap: 0.0001,
  values: [0.5, -1, 0, 2],
  units: {
    lstm: [
      [4, 0.7],
      [1, -0.2],
    ],
  },
};
const LATER = { ...PREDICTION, step: 8, loss: 1, gap: 0.2, values: Array(9).fill(0.25), reason: 'spread' };
const ANSWER = {
  method: 'integrated_gradients',
  channels: [],
  predictions: [PREDICTION, LATER],
  reach: [{ layer: 'lstm', quantity: 'hidden_state', by_lag: [1, 0.4, 0.1, 0], slope: -1, half_life: 1 }],
  targets: 16,
};
const HISTORY = {
  steps: [0, 5],
  reach: [{ layer: 'lstm', quantity: 'hidden_state', half_life: [1, null] }],
  predictions: [{ ...PREDICTION, values: [0, 0, 1, 1] }, PREDICTION],
};

async function show(more: { explained?: number[] | null; answer?: object; link?: Record<string, string> } = {}) {
  const { explained = [0, 5], answer = ANSWER, link = {} } = more;
  const explanationHistory = vi.fn(() => ready(decodeExplanationHistory(HISTORY)));
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'p', step: 5 }),
      text: ready(testText(TOKENS)),
      digest: signal(
        digest({ memory: { lstm: { quantity: 'forget_gate', gate: 10, autocorrelation: 4, units: 3, disagree: 1 } } }),
      ),
      explanations: ready(decodeExplanations(answer as never)),
      explanationHistory,
    }),
  );
  const index: Index = {
    runs: [{ run: 'r', name: 'r', wallTime: 1, probes: [probe('p', [0, 5], { explained })] }],
    notices: [],
  };
  const store = testStore({ link, index: ready(index), comparedRecordings: [recording] });
  const view = document.createElement('rv-why-view') as WhyView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  const reach = root.querySelector('rv-why-reach');
  await (reach as WhyView | null)?.updateComplete;
  return { view, root, store, reach: reach?.shadowRoot, explanationHistory };
}

afterEach(() => document.body.replaceChildren());

describe('the view Why', () => {
  it('shows the prediction of the largest loss on the colours of its parts', async () => {
    const { root } = await show();
    expect(renderedText(root.querySelector('[aria-label="What moved it"] h3'))).toBe(
      'Predicted c, right is d loss 2.00',
    );
    const tokens = [...root.querySelectorAll<HTMLElement>('.text .token')];
    expect(tokens.map(({ textContent }) => textContent)).toEqual([...'the ']);
    const colors = partColors([Float32Array.of(0.5, -1, 0, 2)], false);
    expect(tokens[3].style.background.replaceAll(' ', '')).toBe(colors.css[colors.index(2)]);
    expect(tokens[1].title).toBe('h −1.00');
  });

  it('lists the strongest tokens and the units, which it selects', async () => {
    const { root, store } = await show();
    const [tokens, units] = [...root.querySelectorAll('.lists ol')];
    expect([...tokens.querySelectorAll('li')].map((line) => renderedText(line))).toEqual([
      '␣ the last read +2.00',
      'h 2 before −1.00',
      't 3 before +0.500',
    ]);
    units.querySelector('button')!.click();
    expect(store.select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'hidden_state', unit: 4 });
  });

  it('follows the link, a press, the arrow keys and the token that is pinned', async () => {
    const { root, store, view } = await show({ link: { why: '0:8' } });
    const pressed = () => renderedText(root.querySelector('.predictions [aria-pressed="true"]'));
    expect(pressed()).toContain('evenly spread');
    root
      .querySelector('.predictions')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true }));
    await view.updateComplete;
    expect([store.option('why').value, pressed().includes('large loss')]).toEqual(['0:3', true]);
    store.option('token').value = '9';
    await view.updateComplete;
    expect(pressed()).toContain('evenly spread');
  });

  it('has a row for each epoch that explains the prediction', async () => {
    const { root, explanationHistory } = await show();
    expect(explanationHistory).toHaveBeenCalledWith(0, 3);
    expect([...root.querySelectorAll('.epochs th')].map((cell) => renderedText(cell))).toEqual(['epoch 0', 'epoch 5']);
  });

  it('draws the gradient by lag beside what the state retains, and its half-life', async () => {
    const { reach } = await show();
    const [curve, history] = [...reach!.querySelectorAll<LineChart>('rv-line-chart')].map(({ chart }) => chart!);
    expect(curve.y.scale).toBe('log');
    const [gradient, memory] = curve.lines;
    expect([
      gradient.name,
      Array.from(gradient.values)
        .slice(0, 3)
        .map((v) => v.toFixed(1)),
    ]).toEqual(['hidden state', ['1.0', '0.4', '0.1']]);
    expect(memory.values[1]).toBeCloseTo(Math.exp(-1 / 10));
    expect(Array.from(history.lines[0].values)).toEqual([1, NaN]);
    expect(renderedText(reach!.querySelector('p'))).toContain(
      'halves 1.00 tokens before its target, and is below 1 % of it from 3 on. ' +
        'The median unit forgets half of its state in 6.93: it retains longer than the loss reaches.',
    );
  });

  it('says with one line of Python how to turn it on', async () => {
    const { root } = await show({ explained: null });
    expect(renderedText(panelIn(root))).toContain('rv.RNNVizCallback(log_dir, probes=probe, attributions=True)');
  });

  it('names the epochs that are explained at one that is not', async () => {
    const { root } = await show({ explained: [0, 4] });
    expect(renderedText(panelIn(root))).toContain('Nothing is explained at epoch 5. Explained: epochs 0, 4.');
    expect(renderedText(panelIn(root)!.querySelector('button'))).toBe('Show epoch 4');
  });

  it('says why attributions are missing, and still shows the reach', async () => {
    const { root, reach } = await show({ answer: { ...ANSWER, predictions: [], note: 'no rule for GRU' } });
    expect(renderedText(panelIn(root))).toContain('No attribution: no rule for GRU.');
    expect(reach!.querySelectorAll('rv-line-chart')).toHaveLength(2);
  });

  it('draws channels by steps of a signal', async () => {
    const signalled = { ...PREDICTION, values: [1, 0, 0, 0, 0, 0, 0, -3], explained: 'heat', predicted: null };
    const { root } = await show({ answer: { ...ANSWER, channels: ['speed', 'heat'], predictions: [signalled] } });
    expect(root.querySelectorAll('svg.grid rect')).toHaveLength(8);
    expect(renderedText(root.querySelector('ol.parts li'))).toBe('heat the last read −3.00');
  });

  it('exports every part', async () => {
    const { view } = await show();
    const table = view.exportTable();
    if (table?.kind !== 'table') throw new Error('no table');
    const last = table.columns.map(({ values }) => Array.from(values)[3]);
    expect(last).toEqual([0, 3, 'c', 'd', 2, expect.closeTo(0.0001), 3, ' ', 2]);
    expect(table.columns[0].values).toHaveLength(13);
  });
});

describe('numbers of an explanation', () => {
  const [prediction] = decodeExplanations(ANSWER as never).predictions;

  it('say whether the parts account for the score', () => {
    const method = { method: 'gradient_x_input' };
    expect(accountOf(method, prediction)).toContain('gradient × input: the parts should sum to 1.50');
    expect(accountOf(method, prediction)).toContain('conserved, the gap is below 0.1 %');
    expect(accountOf(method, { ...prediction, gap: 0.2 })).toContain('not conserved: the parts miss it by 20 %');
    expect(accountOf(method, { ...prediction, gap: NaN })).toContain('no sum');
  });

  it('are chosen by key, by token, or by loss', () => {
    const { predictions } = decodeExplanations(ANSWER as never);
    const text = { lengths: [11] };
    expect(chosenPrediction(predictions, '0:8', 3, text)?.step).toBe(8);
    expect(chosenPrediction(predictions, '', 9, text)?.step).toBe(8);
    expect(chosenPrediction(predictions, 'x', null, text)?.step).toBe(3);
    expect(chosenPrediction([], '', null, null)).toBeNull();
  });

  it('have lags, but none in the source of a pair', () => {
    expect(strongestParts(prediction, 1, false).map(({ lag }) => lag)).toEqual([0, 2, 3]);
    expect(strongestParts(prediction, 1, true)[0].lag).toBeNaN();
  });

  it('of a gradient that does not halve are said', () => {
    const reach = { layer: 'gru', quantity: 'hidden_state', byLag: Float32Array.of(1, 0.9), slope: 0, halfLife: NaN };
    expect(reachSentence('gru', [reach], undefined, 'steps')).toBe(
      'gru: the gradient of the hidden state stays above one half over 2 steps, and above 1 % of it throughout.',
    );
  });

  it('of another form are refused', () => {
    expect(() => decodeExplanations({ predictions: [{ reason: 'x' }] } as never)).toThrow(WireError);
  });
});
