import { describe, expect, it } from 'vitest';
import { useOf, whyNoAblationEffect, whyNoResponse, type FindingContext } from './finding-context.ts';
import { causal, digest, finding } from './fixtures.ts';
import { asTokens } from './wording.ts';

const state = { quantity: 'hidden_state' };
const around = (more: Partial<FindingContext> = {}): FindingContext => ({
  digest: digest(),
  gate: false,
  typed: false,
  wording: asTokens,
  ...more,
});

it('what is used is told by the interval', () => {
  const verdict = (low: number, high: number) => useOf(finding({ ablation: causal({ low, high }) }));
  expect([verdict(0.1, 0.2), verdict(-0.1, 0.2), verdict(-0.2, -0.1), useOf(finding())]).toEqual([
    'used',
    'not used',
    'used elsewhere',
    null,
  ]);
});

describe('why nothing is known', () => {
  it.each([
    [{}, { gate: true }, 'it is a gate, and only hidden states are ablated'],
    [{ quantity: 'cell_state' }, {}, 'only hidden states are ablated'],
    [{ ...state, q: 0.2 }, {}, 'it is not above chance'],
    [state, { digest: digest({ ablationNote: 'ValueError: no' }) }, 'ValueError: no'],
    [state, { digest: digest({ loss: null }) }, 'the probe has no targets'],
    [state, { digest: digest({ loss: null, lossNote: 'the model has 2 outputs' }) }, 'the model has 2 outputs'],
    [state, { digest: digest({ generated: true }) }, 'the model wrote this text itself'],
    [{ ...state, auc: NaN, prominence: NaN }, {}, 'the feature is a number'],
    [state, {}, 'no unit was ablated in this recording'],
    [state, { digest: digest({ findings: [finding({ ablation: causal() })] }) }, 'it is not among the strongest units'],
    [state, { typed: true }, 'only features of the recording are tested for this'],
  ])('of %o in %o', (h, more, why) => {
    expect(whyNoAblationEffect(finding(h), around(more))).toBe(why);
  });

  it('around a feature', () => {
    expect(whyNoResponse(finding(), around({ gate: true }))).toBe('it is a gate');
    expect(whyNoResponse(finding({ quantity: 'candidate' }), around())).toBe('it is no state');
    expect(whyNoResponse(finding({ ...state, auc: NaN, prominence: NaN }), around())).toBe('the feature is a number');
  });
});
