import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WordClusters, Words, WordSpread } from '../../data/words.ts';
import { empty, ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import type { WordsView } from './words-view.ts';
import './words-view.ts';

const WORDS: Words = {
  units: 4,
  words: ['e', ' ', 't'],
  ids: [0, 1, 2],
  count: [9, 8, 7],
  tokens: 24,
  allTokens: 30,
  mean: Float32Array.of(1, -2, 0, 0, 0, 0, 3, 1, 0.5, -1, 0, 0),
};
const CLUSTERS: WordClusters = {
  clusters: 2,
  words: [0, 1, 0],
  units: [0, 0, 1, 1],
  strength: [
    [-0.4, 0],
    [0, 2],
  ],
  stability: 0.9,
  chance: 0.2,
  fewest: 3,
};
const quantiles = (size: number) => [-2, -1, 0, 1, 2].map((value) => Array.from({ length: size }, () => value));

async function show(link: Record<string, string> = {}, words: Words | null = WORDS) {
  const wordClusters = vi.fn(() => ready(CLUSTERS));
  const wordSpread = vi.fn((of: string, index: number) => {
    const size = of === 'unit' ? 3 : 4;
    const word = of === 'unit' ? null : of === 'token' ? 1 : index;
    const actual = of === 'token' ? [5, 0, 0, 0] : null;
    return ready<WordSpread>({ word, mean: [1, -3, 2, 0].slice(0, size), quantiles: quantiles(size), actual });
  });
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'p', step: 5 }),
      steps: signal([0, 5, 9]),
      text: ready(testText([...'e te t'])),
      words: words ? ready(words) : empty<Words>('no words'),
      wordClusters,
      wordSpread,
    }),
  );
  const store = testStore({ link, selection: { unit: 1 }, comparedRecordings: [recording] });
  const view = document.createElement('rv-words-view') as WordsView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  const texts = (selector: string) => [...root.querySelectorAll(selector)].map((one) => one.textContent?.trim());
  return { view, root, store, wordClusters, wordSpread, texts };
}

afterEach(() => document.body.replaceChildren());

describe('the view Words', () => {
  it('shows units as squares and words as clouds, numbered as at the last step', async () => {
    const { root, texts, wordClusters } = await show();
    expect(texts('svg.clusters .word')).toEqual(['e', 't', '␣']);
    expect(root.querySelectorAll('svg.clusters .unit').length).toBe(4);
    expect(root.querySelectorAll('svg.clusters .link').length).toBe(1);
    expect(wordClusters).toHaveBeenCalledWith(6, 'abs', 0, '["r",9]');
    expect(wordClusters).toHaveBeenCalledWith(6, 'abs', 10, '["r",9]');
    expect(texts('p').join(' ')).toContain('stability 0.90, of shuffled responses 0.20');
    expect(texts('p').join(' ').replace(/\s+/g, ' ')).toContain('3 words of the first 24 tokens');
  });

  it('chooses a word by a press, which colours the units and gets a curve', async () => {
    const { root, view, store, wordSpread, texts } = await show();
    root.querySelectorAll<SVGElement>('svg.clusters .word')[2].dispatchEvent(new Event('click'));
    await view.updateComplete;
    expect(store.option('words').value).toBe('[" "]');
    expect(wordSpread).toHaveBeenCalledWith('word', 1);
    expect(texts('button.chosen')[0]).toContain('␣');
    expect(root.querySelector('section[aria-label="Responses to words"] svg')).not.toBeNull();
    root.querySelector<HTMLElement>('button.chosen')!.click();
    await view.updateComplete;
    expect(store.option('words').value).toBe('');
  });

  it('chooses a word by its name, and a unit by its square', async () => {
    const { root, view, store } = await show();
    const input = root.querySelector<HTMLInputElement>('input[list]')!;
    input.value = 't';
    input.dispatchEvent(new Event('change'));
    expect(store.option('words').value).toBe('["t"]');
    root.querySelectorAll('svg.clusters .unit')[3].dispatchEvent(new Event('click'));
    await view.updateComplete;
    expect(store.select).toHaveBeenCalledWith({ unit: 3 });
  });

  it('compares the change at the pinned token with that of its word', async () => {
    const { root, texts } = await show({ token: '1' });
    expect(root.querySelector('path.actual')).not.toBeNull();
    expect(texts('section[aria-label="Responses to words"] p').join(' ')).toContain('25 % of the units lie outside');
  });

  it('asks for the word of the pinned token while others are chosen', async () => {
    const { root, texts } = await show({ token: '1', words: '["e"]' });
    expect(root.querySelector('path.actual')).toBeNull();
    expect(texts('section[aria-label="Responses to words"] p').join(' ')).toContain('Choose ␣ to compare');
  });

  it('has boxes of the words that move the chosen unit', async () => {
    const { root, texts, wordSpread } = await show();
    expect(wordSpread).toHaveBeenCalledWith('unit', 1);
    expect(texts('svg.boxes .word')).toEqual(['␣', 't', 'e']);
    expect(root.querySelectorAll('svg.boxes .box').length).toBe(3);
  });

  it('shows all of it as a heat map, which is exported as a table', async () => {
    const { root, view } = await show({ 'words-picture': 'heatmap' });
    expect(root.querySelector('rv-words-heatmap')).not.toBeNull();
    expect(root.querySelector('svg.clusters')).toBeNull();
    const table = view.exportTable();
    expect(table?.kind === 'matrix' && [table.rowNames, [...table.row(1)]]).toEqual([
      ['e', ' ', 't'],
      [0, 0, 3, 1],
    ]);
  });

  it('waits for the words', async () => {
    const { root } = await show({}, null);
    expect(root.textContent).not.toContain('cluster');
  });
});
