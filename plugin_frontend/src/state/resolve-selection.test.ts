import { describe, expect, it } from 'vitest';
import { digest, index } from './fixtures.ts';
import { nearestStep, resolveSelection, resolveRecording, type SelectionRequest } from './resolve-selection.ts';

const select = (wish: SelectionRequest, digestOfStep = digest()) =>
  resolveSelection(index, wish, resolveRecording(index, wish)!, digestOfStep);

describe('without a wish', () => {
  it('opens on the last epoch of the newest run that holds a recording, on its strongest finding', () => {
    expect(select({})).toEqual({
      run: 'new',
      step: 5,
      compare: null,
      more: [],
      units: [],
      tokens: null,
      probe: 'novel',
      layer: 'lstm',
      quantity: 'forget_gate',
      unit: 7,
      feature: 'space',
    });
  });

  it('shows the first layer when nothing was found', () => {
    const nothing = digest({ findings: [], features: [] });
    expect(select({}, nothing)).toMatchObject({ layer: 'lstm', quantity: 'hidden_state', unit: 0, feature: '' });
  });

  it('has no place where nothing was recorded', () => {
    expect(resolveRecording({ runs: [index.runs[0]], notices: [] }, {})).toBeNull();
  });
});

describe('a wish that cannot be had', () => {
  it.each<[string, SelectionRequest, object]>([
    ['run', { run: 'gone' }, { run: 'new' }],
    ['probe', { probe: 'gone' }, { probe: 'novel' }],
    ['step', { step: 3 }, { step: 1 }],
    ['layer', { layer: 'gone' }, { layer: 'lstm' }],
    ['quantity', { layer: 'gru', quantity: 'forget_gate' }, { layer: 'gru', quantity: 'hidden_state' }],
    ['unit', { layer: 'gru', unit: 9 }, { unit: 3 }],
    ['unit below zero', { unit: -1 }, { unit: 0 }],
    ['feature', { feature: 'gone' }, { feature: 'space' }],
    ['comparison', { compare: { run: 'gone', step: 0 } }, { compare: null }],
    ['step of a comparison', { compare: { run: 'old', step: 9 } }, { compare: { run: 'old', step: 2 } }],
  ])('moves to the nearest %s', (_, wish, expected) => {
    expect(select(wish)).toMatchObject(expected);
  });
});

it('shows the strongest finding of a feature that is wished', () => {
  expect(select({ feature: 'comma' })).toMatchObject({ layer: 'gru', unit: 3, feature: 'comma' });
});

it('keeps B at the epoch of A when asked to', () => {
  expect(select({ step: 1, compare: { run: 'old', step: 'same' } }).compare).toEqual({ run: 'old', step: 1 });
});

it('takes the earlier of two steps that are equally near', () => {
  expect([nearestStep([0, 2], 1), nearestStep([0, 2], 'last'), nearestStep([-1], 4)]).toEqual([0, 2, -1]);
});
