import { signal, type Signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Digest, TokenText } from '../../data/types.ts';
import { digest } from '../../state/fixtures.ts';
import { ready, testCompared, testRecording, testStore, testText, type TestStore } from '../../state/test-store.ts';
import type { Loadable, ComparedRecording } from '../../state/store.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';
import { errors } from './error-fixtures.ts';
import './errors-view.ts';
import type { ErrorsView } from './errors-view.ts';

const text = testText(
  Array.from({ length: 8 }, (_, t) => (t % 2 ? 'x' : '<b>')),
  {
    probability: new Float32Array(8).fill(0.25),
    expected: new Uint32Array(8).fill(1),
    expectedProbability: new Float32Array(8).fill(0.7),
    expectedCount: 1,
  },
);

let fixture: {
  store: TestStore;
  options: TestStore['option'];
  digests: Signal<Loadable<readonly Digest[]>>;
  now: Signal<Digest | null>;
  text: Signal<Loadable<TokenText>>;
  view: ErrorsView;
  root: ShadowRoot;
};

beforeEach(async () => {
  const now = signal<Digest | null>(digest({ step: 1, errors: errors() }));
  const digests = signal<Loadable<readonly Digest[]>>({
    state: 'ready',
    value: [digest({ step: 0, errors: { ...errors(), errors: 2 } }), now.value!],
  });
  const words = signal<Loadable<TokenText>>({ state: 'ready', value: text });
  const store = testStore();
  const data = testRecording({ digest: now, digests, text: words, steps: signal([0, 1]) });
  const view = document.createElement('rv-errors-view') as ErrorsView;
  Object.assign(view, { store, recordings: [testCompared(data, 0, 'A · run')] });
  document.body.append(view);
  await view.updateComplete;
  fixture = { store, options: (name) => store.option(name), digests, now, text: words, view, root: view.shadowRoot! };
});
afterEach(() => document.body.replaceChildren());

const drawn = async () => {
  await new Promise((done) => setTimeout(done));
  await fixture.view.updateComplete;
};
const message = () => renderedText(panelIn(fixture.root));

describe('rv-errors-view', () => {
  it('says how many tokens are errors, and of what kind', () => {
    expect(renderedText(fixture.root.querySelector('.head'))).toContain('4 of 8 tokens are errors, 50.0 %');
    expect([...fixture.root.querySelectorAll('.category')].map(renderedText)).toEqual([
      expect.stringContaining('n-gram 75.0 % 3'),
      expect.stringContaining('rest 25.0 % 1'),
      expect.stringContaining('boost 0.0 % 0'),
    ]);
  });

  it('draws the same shares as a bar and as a pie, with marks and names', () => {
    const parts = [...fixture.root.querySelectorAll('.bar .part')];
    expect(parts.map((part) => [part.getAttribute('data-name'), Number(part.getAttribute('width'))])).toEqual([
      ['n-gram', 207],
      ['rest', 69],
    ]);
    expect(renderedText(fixture.root.querySelector('.pie'))).toContain('n-gram');
    expect(fixture.root.querySelectorAll('.bar pattern').length).toBe(3);
  });

  it('opens the largest category, and another one when it is chosen', async () => {
    expect([...fixture.root.querySelectorAll('h4')].map(renderedText)).toEqual([
      '2-gram: 2 errors, 50.0 %',
      '3-gram: 1 error, 25.0 %',
    ]);
    fixture.root.querySelector<HTMLButtonElement>('.category[data-name=rest]')!.click();
    await drawn();
    expect(fixture.options('error').value).toBe('rest');
    expect([...fixture.root.querySelectorAll('.sample')].map((button) => button.getAttribute('data-token'))).toEqual([
      '7',
    ]);
  });

  it('shows a sample with what was expected, as text, and pins it', async () => {
    const sample = fixture.root.querySelector<HTMLButtonElement>('.sample')!;
    expect(renderedText(sample.querySelector('mark'))).toBe('<b>');
    expect(renderedText(sample)).toContain('came with 0.250 , expected x 0.700');
    sample.click();
    await drawn();
    expect(fixture.options('token').value).toBe('2');
    expect(sample.getAttribute('aria-pressed')).toBe('true');
  });

  it('orders tokens by what the network gains over the n-gram model', () => {
    expect(
      [...fixture.root.querySelectorAll('.token')].map((row) => [
        row.getAttribute('data-token'),
        row.getAttribute('data-gain'),
      ]),
    ).toEqual([
      ['<b>', '0.7000'],
      [' ', '-0.3000'],
    ]);
    expect([...fixture.root.querySelectorAll('.shared li')].map(renderedText)).toEqual([
      '1 only the network 16.7 %',
      '2 only the n-gram model 33.3 %',
      '3 both 50.0 %',
    ]);
  });

  it('stacks the errors over the epochs, of which one is chosen', () => {
    const history = fixture.root.querySelector<LineChart>('.history')!;
    expect(history.chart!.lines.map(({ name, values, category }) => [name, values, category!.mark])).toEqual([
      ['n-gram', [0.1875, 0.375], 'none'],
      ['rest', [0.0625, 0.125], 'grid'],
      ['boost', [0, 0], 'dots'],
    ]);
    history.dispatchEvent(new CustomEvent('rv-choose', { detail: 0 }));
    expect(fixture.store.select).toHaveBeenCalledWith({ step: 0 });
  });

  it('colours the text by error, and by activity again', async () => {
    const button = fixture.root.querySelector<HTMLButtonElement>('.head button')!;
    button.click();
    await drawn();
    expect([fixture.options('color').value, button.getAttribute('aria-pressed')]).toEqual(['errors', 'true']);
    button.click();
    expect(fixture.options('color').value).toBe('activity');
  });

  it('keeps the samples of the epoch before, marked as old, until its text is there', async () => {
    fixture.now.value = digest({
      step: 2,
      errors: { ...errors(), slices: [{ category: 'n-gram', level: 2, count: 1, share: 1, positions: [4] }] },
    });
    fixture.text.value = { state: 'loading', stale: text };
    await drawn();
    expect(renderedText(fixture.root.querySelector('.samples.old h3'))).toBe('Samples of n-gram , epoch 1');
    expect([...fixture.root.querySelectorAll('.sample')].map((button) => button.getAttribute('data-token'))).toEqual([
      '2',
      '5',
      '6',
    ]);
    fixture.text.value = { state: 'ready', value: text };
    await drawn();
    expect([...fixture.root.querySelectorAll('.sample')].map((button) => button.getAttribute('data-token'))).toEqual([
      '4',
    ]);
  });

  it('says which line of Python records errors', async () => {
    fixture.now.value = digest({ errors: null });
    await drawn();
    expect(message()).toContain('corpus=tokens');
    expect(message()).not.toContain('targets');
    fixture.now.value = digest({ errors: null, loss: null });
    await drawn();
    expect(message()).toContain('targets=targets');
    expect(fixture.view.exportTable()).toBeNull();
  });

  it('waits, says what failed, and says that there are no errors', async () => {
    fixture.now.value = null;
    fixture.digests.value = { state: 'loading', stale: null };
    await drawn();
    expect(message()).toBe('Reading the errors…');
    const retry = vi.fn();
    fixture.digests.value = { state: 'failed', message: 'No answer.', retry, stale: null };
    await drawn();
    pressPanel(fixture.root);
    expect(retry).toHaveBeenCalledOnce();
    fixture.now.value = digest({ errors: { ...errors(), errors: 0, shares: {}, slices: [] } });
    await drawn();
    expect(renderedText(fixture.root.querySelector('.parts'))).toContain('The network makes no error here.');
  });
});

describe('errors of several recordings', () => {
  const recording = (letter: string, series: number, more: Partial<ReturnType<typeof errors>> = {}) => {
    const one = digest({ step: 1, errors: { ...errors(), ...more } });
    const data = testRecording({
      digest: signal<Digest | null>(one),
      digests: ready([one]),
      ref: signal({ run: letter, probe: 'p', step: 1 }),
      steps: signal([1]),
    });
    return testCompared(data, series, `${letter} · run`);
  };
  const compared = async (mode: string, ...recordings: ComparedRecording[]) => {
    Object.assign(fixture.view, { mode, recordings });
    await drawn();
    await drawn();
    return fixture.root.querySelector('rv-errors-compared')!.shadowRoot!;
  };

  it('stand beside each other, with what the second has more', async () => {
    for (const mode of ['overlay', 'difference']) {
      const root = await compared(mode, recording('A', 0), recording('B', 1, { errors: 2 }));
      expect(renderedText(root.querySelector('tr[data-name=errors]'))).toBe('all errors 50.0 % 25.0 % −25.0 %');
      expect(renderedText(root.querySelector('tr[data-name=n-gram] .change'))).toBe('−18.8 %');
    }
  });

  it('leave as numbers', async () => {
    await compared('difference', recording('A', 0), recording('B', 1));
    expect(fixture.view.exportTable()).toMatchObject({ name: 'errors of A and B' });
  });

  it('say which recording has none', async () => {
    const none = recording('B', 1);
    none.data.digest.value = digest();
    expect(renderedText(await compared('overlay', recording('A', 0), none))).toContain(
      'B: no errors were sorted for this epoch.',
    );
  });
});
