import { render } from 'lit';
import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { ChunkedMatrix } from '../../data/matrix.ts';
import type { Activity, Index } from '../../data/types.ts';
import { index, probe } from '../../state/fixtures.ts';
import type { Link } from '../../state/link.ts';
import type { Loadable } from '../../state/loadable.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { makeScheme } from '../../views/text/scheme.ts';
import { stillHeldAt, stillHeldButton, stillHeldSummary } from './still-held.ts';

const LAYER = {
  layer: 'lstm',
  cell: 'LSTMCell',
  units: 1,
  quantities: [
    { quantity: 'hidden_state', role: null },
    { quantity: 'cell_state', role: null },
    { quantity: 'forget_gate', role: 'retain' },
  ],
};
const [run] = index.runs;
const INDEX: Index = { ...index, runs: [{ ...run, run: 'r', probes: [probe('p', [0], { layers: [LAYER] })] }] };

/** Activity of one unit whose values are whole numbers times `scale`. */
function activity(codes: number[], scale: number): Loadable<Activity> {
  const chunk = { units: [0, 1], tokens: [0, codes.length], codes: Int8Array.from(codes) } as const;
  const matrix = new ChunkedMatrix(1, codes.length, [{ ...chunk, scale: Float32Array.of(scale) }]);
  return { state: 'ready', value: { matrix, lengths: [codes.length] } };
}

/** Recording whose state is 0, 4, 2, 3 times `size`: it writes 4 and later 2. */
function recording(size: number, series: number, gate = activity([2, 2, 1, 1], 0.5)) {
  const unitOf = (quantity: string) => signal(quantity === 'forget_gate' ? gate : activity([0, 4, 2, 3], size));
  const data = testRecording({ text: ready(testText([...'abcd'])), unitOf });
  return testCompared(data, series);
}

const store = (link: Link, quantity = 'cell_state') =>
  testStore({ index: ready(INDEX), selection: { quantity }, link: { stillheld: 'on', ...link } });

function rendered(template: unknown): HTMLElement {
  const host = document.createElement('div');
  render(template, host);
  return host;
}

const words = (template: unknown) => rendered(template).textContent!.replace(/\s+/g, ' ').trim();

it('colours have limits at the largest part in all recordings', () => {
  const recordings = [recording(1, 0), recording(2, 1)];
  const scheme = makeScheme(store({}), recordings, 3);
  expect(scheme).toMatchObject({ moment: 3, colors: { low: -4, high: 4, diverging: true } });
  expect(stillHeldAt(store({}), recordings[0], 3)).toMatchObject({ state: 'ready', value: { state: 3, recent: 3 } });
});

it('sums up each recording in a line of its own', () => {
  const lines = words(stillHeldSummary(store({}), [recording(1, 0), recording(2, 1)], 3));
  expect(lines).toContain('A cell state at 3: +3.00 = sum of 4 tokens; 90 % comes from the last 3');
  expect(lines).toContain('B cell state at 3: +6.00');
  expect(words(stillHeldSummary(store({}), [recording(1, 0)], null))).toContain('point at a token');
  expect(stillHeldSummary(store({ stillheld: 'off' }), [recording(1, 0)], 3)).not.toHaveProperty('strings');
});

it('waits for the gates, and says why there are none', () => {
  const loading = recording(1, 0, { state: 'loading', stale: null });
  expect(words(stillHeldSummary(store({}), [loading], 3))).toContain('reading the gates');
  const absent = recording(1, 0, { state: 'empty', why: 'No gate here.' });
  expect(words(stillHeldSummary(store({}), [absent], 3))).toContain('No gate here.');
  expect(makeScheme(store({}), [absent], 3).moment).toBe(null);
});

it('the button is disabled with the reason where there is no such sum', () => {
  const button = (quantity: string, link: Link) =>
    rendered(stillHeldButton(store(link, quantity), [recording(1, 0)])).querySelector('button')!;
  expect(button('cell_state', {}).getAttribute('aria-pressed')).toBe('true');
  expect(button('cell_state', { color: 'feature' }).getAttribute('aria-pressed')).toBe('false');
  const disabled = button('forget_gate', { stillheld: 'off' });
  expect([disabled.disabled, disabled.title]).toEqual([true, expect.stringContaining('not its forget gate')]);
  expect(button('forget_gate', {}).disabled).toBe(false);
});

it('a click turns it on, on the colours of activity', () => {
  const context = store({ stillheld: 'off', color: 'feature' });
  rendered(stillHeldButton(context, [recording(1, 0)]))
    .querySelector('button')!
    .click();
  expect([context.option('stillheld').value, context.option('color').value]).toEqual(['on', 'activity']);
});
