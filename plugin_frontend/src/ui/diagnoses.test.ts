import { beforeEach, expect, it } from 'vitest';
import type { Diagnosis } from '../data/types.ts';
import { diagnosis } from '../state/fixtures.ts';
import { renderedText } from '../test-setup.ts';
import { DoctorNote, summary } from './diagnoses.ts';

beforeEach(() => document.body.replaceChildren());

async function show(symptoms: Diagnosis[]) {
  const note = new DoctorNote();
  Object.assign(note, { symptoms, at: 'epoch 3' });
  const places: unknown[] = [];
  note.addEventListener('rv-place', (event) => places.push((event as CustomEvent).detail));
  document.body.append(note);
  await note.updateComplete;
  return { root: note.renderRoot as ShadowRoot, places };
}

it('counts by severity, worst first', () => {
  expect(
    summary([diagnosis({ severity: 'note' }), diagnosis({ severity: 'error' }), diagnosis({ severity: 'note' })]),
  ).toBe('1 error, 2 notes');
});

it('says what, where, why and what to try, the worst first', async () => {
  const { root } = await show([
    diagnosis(),
    diagnosis({ severity: 'error', title: 'not a number', code: 'RNV001', quantity: null, units: [], concerned: 10 }),
  ]);
  const [first, second] = [...root.querySelectorAll('li')].map(renderedText);
  expect(first).toMatch(/^error Not a number RNV001 lstm all units/);
  expect(second).toBe(
    'warning Dead unit RNV002 lstm hidden state units 3 9 2 of 10 units (3, 9) stay within 0.001 ' +
      'It tells nothing. Fewer units.',
  );
});

it('takes to a unit, or to the layer', async () => {
  const { root, places } = await show([diagnosis({ concerned: 40 })]);
  expect(root.querySelector('.units')!.textContent).toContain('and 38 more');
  root.querySelectorAll('button').forEach((button) => button.click());
  const layerAndQuantity = { layer: 'lstm', quantity: 'hidden_state' };
  expect(places).toEqual([layerAndQuantity, { ...layerAndQuantity, unit: 3 }, { ...layerAndQuantity, unit: 9 }]);
});

it('is silent where nothing is wrong, and knows no markup', async () => {
  expect((await show([])).root.querySelector('details')).toBeNull();
  const { root } = await show([diagnosis({ title: '<i>x</i>', layer: '<i>y</i>', evidence: '<i>z</i>' })]);
  expect(root.querySelector('i')).toBeNull();
});
