import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { renderedText } from '../../test-setup.ts';
import type { OpenedSequence } from './opened-sequence.ts';
import type { PinnedSequences } from './pinned-sequences.ts';
import { DECISIONS, HISTORY, STEPS } from './sequence-fixtures.ts';
import type { SequenceList } from './sequence-list.ts';
import './sequences-view.ts';
import type { SequencesView } from './sequences-view.ts';
import type { StepsChart } from './steps-chart.ts';

const TEXT = testText(['so', 'bad', '!', 'very', 'good', 'hm', 'good', 'good'], { lengths: [3, 2, 1, 2] });

async function show(link: Record<string, string> = {}, decisions = DECISIONS, text = TEXT) {
  const sequenceSteps = vi.fn(() => ready(STEPS));
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'p', step: 5 }),
      text: ready(text),
      sequenceDecisions: ready(decisions),
      sequenceHistory: ready(HISTORY),
      sequenceSteps,
    }),
  );
  const store = testStore({ link, comparedRecordings: [recording] });
  const view = document.createElement('rv-sequences-view') as SequencesView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  const list = root.querySelector<SequenceList>('rv-sequence-list')!;
  await list.updateComplete;
  const rows = () => [...list.shadowRoot!.querySelectorAll<HTMLElement>('.row')].map(({ dataset }) => dataset.sequence);
  const opened = () => root.querySelector<OpenedSequence>('rv-opened-sequence');
  return { view, root, store, list, rows, opened, sequenceSteps };
}
const key = (element: Element, name: string) =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

afterEach(() => document.body.replaceChildren());

it('shows the channels of a signal in the place of texts', async () => {
  const windows = {
    ...TEXT,
    signal: { channels: ['a', 'b'], values: new Float32Array(16).fill(1), rate: null, timeUnit: 's' },
  };
  const { root, list, opened, store } = await show({ sequence: '0' }, DECISIONS, windows);
  expect(root.querySelector('input[type=search]')).toBeNull();
  expect(list.shadowRoot!.querySelectorAll('.row')[1].querySelectorAll('path')).toHaveLength(2);
  expect(list.shadowRoot!.querySelector('[data-column=text]')!.textContent).toBe('signal');
  await opened()!.updateComplete;
  const chart = opened()!.shadowRoot!.querySelector<StepsChart>('rv-steps-chart')!;
  await chart.updateComplete;
  expect([...chart.shadowRoot!.querySelectorAll('[data-channel]')].map((path) => path.textContent.trim())).toEqual([
    'a',
    'b',
  ]);
  root.querySelector<HTMLButtonElement>('.opened-head button')!.click();
  expect(store.select).toHaveBeenCalledWith({ tokens: [0, 3] });
});

describe('the overview', () => {
  it('counts what is right, and how early it is decided', async () => {
    const { root } = await show();
    const words = renderedText(root.querySelector('.head'));
    expect(words).toContain('2 classes; 67 % right, 1 wrong; decided after 72 % of a sequence');
    expect(words).toContain('1 not read step by step');
  });

  it('has a cell for each label and prediction, which selects its sequences', async () => {
    const { root, store, view, rows, list } = await show();
    const cell = root.querySelector<HTMLButtonElement>('[data-cell="1 0"]')!;
    expect(renderedText(cell)).toBe('1');
    cell.click();
    await view.updateComplete;
    await list.updateComplete;
    expect([store.option('sequencelabel').value, store.option('sequenceprediction').value]).toEqual(['plus', 'minus']);
    expect([rows(), cell.getAttribute('aria-pressed')]).toEqual([['1'], 'true']);
    cell.click();
    await view.updateComplete;
    await list.updateComplete;
    expect(rows()).toEqual(['0', '1', '2', '3']);
  });

  it('says that there are no labels', async () => {
    const { root } = await show({}, { ...DECISIONS, labels: [-1, -1, -1, -1] });
    expect(root.querySelector('.confusion')).toBeNull();
    expect(renderedText(root.querySelector('.head'))).toContain('no labels');
  });

  it('has the curves over the share read and over the epochs', async () => {
    const { root } = await show();
    expect([...root.querySelectorAll('h3')].map(renderedText)).toEqual([
      'accuracy by the share read',
      'right, by class',
      'share read before the decision',
    ]);
  });
});

describe('the table', () => {
  it('has a row for each sequence', async () => {
    const { list } = await show();
    const row = list.shadowRoot!.querySelector('[data-sequence="1"]')!;
    expect([...row.children].map((cell) => renderedText(cell))).toEqual([
      ...['1', 'plus', 'minus', '60 %', 'no', '2', '0', '–', '0', 'very good'],
    ]);
  });

  it('renders the rows in sight alone', async () => {
    const many = Array.from({ length: 5000 }, () => 0);
    const { rows } = await show(
      {},
      { ...DECISIONS, lengths: many, labels: many, prediction: many, probability: many, decision: many },
    );
    expect(rows().length).toBeLessThan(60);
  });

  it('is filtered and sorted by the link', async () => {
    expect((await show({ sequencewrong: 'only' })).rows()).toEqual(['1']);
    expect((await show({ sequencetext: 'good', sequencesort: 'sequence' })).rows()).toEqual(['3', '1']);
    const { root } = await show({ sequencetext: '(', sequenceregex: 'on' });
    expect(renderedText(root.querySelector('[role=status]'))).toBe('no valid expression');
  });

  it('is sorted by the head of a column', async () => {
    const { list, store } = await show();
    list.shadowRoot!.querySelector<HTMLButtonElement>('[data-column=length] button')!.click();
    expect(store.option('sequencesort').value).toBe('length.up');
  });

  it('steps with the arrows and opens with Enter; an open sequence follows', async () => {
    const { list, store, view } = await show();
    const grid = list.shadowRoot!.querySelector('[role=grid]')!;
    key(grid, 'ArrowDown');
    key(grid, 'ArrowDown');
    await list.updateComplete;
    expect([grid.getAttribute('aria-activedescendant'), store.option('sequence').value]).toEqual(['row-1', '']);
    key(grid, 'Enter');
    expect(store.option('sequence').value).toBe('1');
    await view.updateComplete;
    key(grid, 'ArrowUp');
    expect(store.option('sequence').value).toBe('0');
  });

  it('is exported as it is filtered', async () => {
    const { view } = await show({ sequencelabel: 'plus' });
    const table = view.exportTable();
    expect(table?.kind === 'table' && table.columns.slice(0, 3).map(({ values }) => values)).toEqual([
      [1, 3],
      ['plus', 'plus'],
      ['minus', 'plus'],
    ]);
  });
});

describe('an open sequence', () => {
  it('has its words on the colour of the prediction, with events', async () => {
    const { opened, sequenceSteps } = await show({ sequence: '0' });
    const part = opened()!;
    await part.updateComplete;
    expect(sequenceSteps).toHaveBeenCalledWith('lstm', 'hidden_state', 0);
    const words = [...part.shadowRoot!.querySelectorAll<HTMLElement>('.word')];
    expect(words.map((word) => [word.textContent, word.className])).toEqual([
      ['so', 'word'],
      ['bad', 'word jump turn'],
      ['!', 'word'],
    ]);
    expect(words[1].title).toBe('step 1: minus 90 %; jump of the state; probability changes by 50 %; plus → minus');
  });

  it('lists the units of the longest step, and selects one for all views', async () => {
    const { opened, store } = await show({ sequence: '0' });
    const part = opened()!;
    await part.updateComplete;
    const units = part.shadowRoot!.querySelector('.units')!;
    expect(renderedText(units)).toContain('Step 1 bad was made by unit 7 75 % unit 3 13 %');
    units.querySelector('button')!.click();
    expect(store.select).toHaveBeenCalledWith({ unit: 7 });
  });

  it('points at the token of a step in every view', async () => {
    const { opened, store } = await show({ sequence: '0' });
    const part = opened()!;
    await part.updateComplete;
    const chart = part.shadowRoot!.querySelector<StepsChart>('rv-steps-chart')!;
    chart.dispatchEvent(new CustomEvent('rv-over', { detail: 2 }));
    expect(store.hoverOver).toHaveBeenLastCalledWith({ token: 2 });
    store.hover.value = { ...store.hover.value, token: 2 };
    await part.updateComplete;
    expect(chart.over).toBe(2);
  });

  it('has thresholds that are part of the link', async () => {
    const { opened, store } = await show({ sequence: '0', sequencejump: '0.1' });
    const part = opened()!;
    await part.updateComplete;
    expect(renderedText(part.shadowRoot!.querySelector('.sliders'))).toContain('3 jumps');
    const slider = part.shadowRoot!.querySelector<HTMLInputElement>('input[type=range]')!;
    slider.value = '0.5';
    slider.dispatchEvent(new Event('input'));
    expect(store.option('sequencejump').value).toBe('0.5');
  });

  it('that the probe does not have is none', async () => {
    expect((await show({ sequence: '9' })).opened()).toBeNull();
    expect((await show({ sequence: 'x' })).opened()).toBeNull();
  });
});

describe('pinned sequences', () => {
  it('are those of the link, with words, curves and an own row each', async () => {
    const { root } = await show({ sequencepins: '1 0 9' });
    const part = root.querySelector<PinnedSequences>('rv-pinned-sequences')!;
    await part.updateComplete;
    const strips = [...part.shadowRoot!.querySelectorAll<HTMLElement>('[data-pinned]')];
    expect(strips.map(({ dataset }) => dataset.pinned)).toEqual(['1', '0']);
    expect(renderedText(strips[0].querySelector('.strip-head'))).toContain('1 label plus , predicted minus 60 %');
    expect([...strips[1].querySelectorAll('.word')].map(renderedText)).toEqual(['so', 'bad', '!']);
    expect(part.shadowRoot!.querySelectorAll('path[data-sequence]')).toHaveLength(2);
  });

  it('are pinned in the table by a press or by Space, and removed the same way', async () => {
    const { list, store, view, root } = await show();
    list.shadowRoot!.querySelector<HTMLButtonElement>('[data-sequence="2"] .pin')!.click();
    expect([store.option('sequencepins').value, store.option('sequence').value]).toEqual(['2', '']);
    await view.updateComplete;
    const grid = list.shadowRoot!.querySelector('[role=grid]')!;
    key(grid, 'ArrowDown');
    key(grid, ' ');
    expect(store.option('sequencepins').value).toBe('2 3');
    await view.updateComplete;
    const part = root.querySelector<PinnedSequences>('rv-pinned-sequences')!;
    await part.updateComplete;
    part.shadowRoot!.querySelector<HTMLButtonElement>('[aria-label="Remove sequence 2"]')!.click();
    expect(store.option('sequencepins').value).toBe('3');
  });

  it('share the column that is pointed at', async () => {
    const { root, store } = await show({ sequencepins: '1 0', sequencealign: 'end' });
    const part = root.querySelector<PinnedSequences>('rv-pinned-sequences')!;
    await part.updateComplete;
    key(part.shadowRoot!.querySelector('[data-pinned="0"] svg')!, 'End');
    expect(store.hoverOver).toHaveBeenLastCalledWith({ token: 2 });
    store.hover.value = { ...store.hover.value, token: 2 };
    await part.updateComplete;
    expect([...part.shadowRoot!.querySelectorAll('.now')].map(renderedText)).toEqual([
      'step 1 good minus 90 %',
      'step 2 ! minus 80 %',
    ]);
  });
});
