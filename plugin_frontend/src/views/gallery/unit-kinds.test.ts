import { describe, expect, it } from 'vitest';
import { causal, digest, finding } from '../../state/fixtures.ts';
import { ablatedFinding, countKinds, hasKinds, KINDS, kindSince, kindsOverSteps, statesOf } from './unit-kinds.ts';

const STATE = { layer: 'lstm', quantity: 'cell_state' };
const at = (step: number, kinds: Record<string, number[]>) =>
  digest({ step, units: { lstm: 10 }, kinds: { lstm: { cell_state: kinds } } });

describe('the number of units of each kind', () => {
  it('is mixed for the units that no kind lists', () => {
    const counts = countKinds(at(0, { switch: [1, 2], dead: [4] }), STATE)!;
    expect(Object.fromEntries(KINDS.map((kind, i) => [kind, counts[i]]))).toEqual({
      ...{ switch: 2, counter: 0, rhythm: 0, detector: 0, echo: 0, dead: 1, mixed: 7 },
    });
  });

  it('is unknown in a log without kinds', () => {
    expect(countKinds(digest(), STATE)).toBeNull();
    expect([hasKinds(digest()), hasKinds(at(0, {}))]).toEqual([false, true]);
  });

  it('has the steps that say it', () => {
    const { steps, counts } = kindsOverSteps([digest({ step: 0 }), at(1, { switch: [1] }), at(2, {})], STATE);
    expect(steps).toEqual([1, 2]);
    expect(counts[KINDS.indexOf('switch')]).toEqual([1, 0]);
  });

  it('is told for every state that any step has', () => {
    const gru = digest({ kinds: { gru: { hidden_state: {} } } });
    expect(statesOf([at(0, {}), gru])).toEqual([STATE, { layer: 'gru', quantity: 'hidden_state' }]);
  });
});

describe('since when a unit is what it is', () => {
  const unit = { ...STATE, unit: 3, kind: 'switch' };
  const since = (...kinds: (Record<string, number[]> | null)[]) =>
    kindSince(
      kinds.map((kind, step) => (kind ? at(step, kind) : digest({ step }))),
      unit,
      kinds.length - 1,
    );

  it('is the first step of an unbroken row of steps', () => {
    expect(since({ switch: [3] }, {}, { switch: [3] }, { switch: [1, 3] })).toBe(2);
  });

  it('ends where it was of another kind', () => {
    expect(since({ switch: [3] }, { echo: [3] }, { switch: [3] })).toBe(2);
  });

  it('passes over steps without kinds', () => {
    expect(since({ switch: [3] }, null, { switch: [3] })).toBe(0);
  });

  it('does not look at later steps', () => {
    expect(kindSince([at(0, { switch: [3] }), at(1, { switch: [3] }), at(2, {})], unit, 1)).toBe(0);
  });
});

it('the ablation effect is that of the feature for which the unit is used', () => {
  const card = { layer: 'lstm', unit: 7 };
  const findings = [
    finding(),
    finding({ feature: 'strong', ablation: causal({ effect: -2, low: -3, high: 1 }) }),
    finding({ feature: 'used', ablation: causal() }),
    finding({ feature: 'other', unit: 8, ablation: causal({ effect: 9 }) }),
  ];
  expect(ablatedFinding(findings, card)?.feature).toBe('used');
  expect(ablatedFinding(findings.slice(0, 1), card)).toBeNull();
});
