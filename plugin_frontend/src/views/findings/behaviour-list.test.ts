import { beforeEach, expect, it, vi } from 'vitest';
import type { Matrix } from '../../data/types.ts';
import type { SettingName } from '../../state/settings.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { panelIn, renderedText } from '../../test-setup.ts';
import { BehaviourList } from './behaviour-list.ts';

const WORDS = [...'a (b) c (d) e f g h i j k l m n o'];

/** The first unit is on inside the brackets, the second is never. */
const rows = [
  Float32Array.from(WORDS, (_, t) => (t === 3 || t === 9 ? 1 : (t % 3) / 100)),
  Float32Array.from(WORDS, (_, t) => (t % 5) / 100),
];
const matrix: Matrix = {
  rows: 2,
  columns: WORDS.length,
  scale: Float32Array.of(),
  codes: null,
  row: (r) => rows[r],
  missing: () => 0,
};
const text = testText(WORDS);

async function show(tokens: readonly [number, number] | null) {
  const store = testStore({ selection: { tokens } });
  const data = testRecording({ activity: ready({ matrix, lengths: text.lengths }), text: ready(text) });
  const element = new BehaviourList();
  element.store = store;
  element.recording = testCompared(data);
  document.body.append(element);
  await element.updateComplete;
  const root = element.renderRoot as ShadowRoot;
  const settle = () => vi.waitFor(() => expect(panelIn(root)).toBeNull());
  return {
    root,
    store,
    element,
    select: store.select,
    settle,
    option: (name: SettingName) => store.option(name).value,
  };
}

beforeEach(() => document.body.replaceChildren());

it('asks for a stretch where none is chosen', async () => {
  const { root } = await show(null);
  expect(renderedText(panelIn(root))).toContain('No stretch of the text is chosen');
});

it('lists the units that are on over it, how many would be by chance, and where else they are', async () => {
  const { root, settle, select, option } = await show([3, 4]);
  await settle();
  const [unit] = root.querySelectorAll<HTMLElement>('[aria-label="Units on over the selection"] button');
  expect(renderedText(unit)).toMatch(/^unit 0 high ≥ \d+\.\d sd, beside ≤ [\d.]+$/);
  expect(renderedText(root.querySelector('h3 + p'))).toContain(
    '1 of 2 are on throughout and off on both sides; over another stretch as long, 0.',
  );
  unit.click();
  expect(select).toHaveBeenCalledWith({ unit: 0 });
  const places = [...root.querySelectorAll<HTMLElement>('.places button')];
  expect(places.map(renderedText)).toEqual(['9 a (b) c ( d ) e f g h i j k l m 1 of 1']);
  places[0].click();
  expect(option('token')).toBe('9');
});

it('says when the stretch is not in this text', async () => {
  const { root } = await show([30, 40]);
  expect(renderedText(panelIn(root))).toBe('The stretch lies behind the end of this text.');
});

it('answers anew when another stretch is chosen', async () => {
  const { root, store, settle, element } = await show([3, 4]);
  await settle();
  store.selection.value = { ...store.selection.value!, tokens: [0, 1] };
  await element.updateComplete;
  await vi.waitFor(() => expect(renderedText(root.querySelector('h3 + p'))).toContain('0 of 2'));
  expect(root.querySelectorAll('.places')).toHaveLength(0);
});
