import { beforeEach, expect, it } from 'vitest';
import { axisWords } from '../state/axis.ts';
import type { Gap } from '../state/skipped.ts';
import { LeftOutNote, summary } from './skipped-recordings.ts';

const gap = (kind: Gap['kind'], steps: number[], names: string[] = [], reason: string | null = 'why'): Gap => ({
  kind,
  steps,
  names,
  reason,
});
const epoch = axisWords('epoch');

beforeEach(() => document.body.replaceChildren());

async function show(gaps: Gap[]): Promise<ShadowRoot> {
  const note = new LeftOutNote();
  Object.assign(note, { gaps, steps: [0, 1, 2, 3, 4] });
  document.body.append(note);
  await note.updateComplete;
  return note.renderRoot as ShadowRoot;
}

it('says how much there is of it', () => {
  expect(summary([gap('steps', [1])], epoch)).toBe('1 epoch');
  expect(
    summary([gap('steps', [1, 2]), gap('unread', [3]), gap('absent', [], ['lstm candidate'])], axisWords('batch')),
  ).toBe('3 batches, 1 quantity');
  expect(summary([gap('quantities', [1, 2], ['candidate', 'forget gate'])], epoch)).toBe('2 quantities');
  expect(summary([gap('damaged', [1]), gap('damaged', [])], epoch)).toBe('2 damaged parts');
});

it('says what, where and why', async () => {
  const root = await show([
    gap('steps', [1, 2]),
    gap('quantities', [0, 3], ['candidate']),
    gap('unread', [3]),
    gap('absent', [], ['conv']),
    gap('steps', [4], [], null),
  ]);
  expect([...root.querySelectorAll('li')].map((item) => item.textContent!.replace(/\s+/g, ' ').trim())).toEqual([
    'Epochs 1–2: no text, activity or spectra – why',
    'Epochs 0, 3: no candidate – why',
    'Epoch 3: not read – why',
    'conv: not recorded – why',
    'Epoch 4: no text, activity or spectra – the recording was not finished, or TensorBoard does not hold it in ' +
      'memory and its event file cannot be read',
  ]);
});

it('is silent where nothing is left out, and knows no markup', async () => {
  expect((await show([])).querySelector('details')).toBeNull();
  const root = await show([gap('absent', [], ['<b>x</b>'], '<i>why</i>')]);
  expect(root.querySelector('li b b, li i')).toBeNull();
});
