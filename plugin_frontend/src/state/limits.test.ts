import { describe, expect, it } from 'vitest';
import { digest, index } from './fixtures.ts';
import { findLimit, isGate } from './limits.ts';

const seen = [
  { low: 0.2, high: 0.7, limit: 0.6, missing: 0 },
  { low: 0.4, high: 0.9, limit: 0.85, missing: 3 },
];
const digests = seen.map((range) => digest({ ranges: { lstm: { forget_gate: range, hidden_state: range } } }));

describe('colour limits', () => {
  it('are those of a gate whatever was seen', () => {
    expect(findLimit('whole', digests, 'lstm', 'forget_gate')).toEqual({ low: 0, high: 1, diverging: false });
  });
  it('are the extremes of all steps for a gate if asked for', () => {
    expect(findLimit('seen', digests, 'lstm', 'forget_gate')).toEqual({ low: 0.2, high: 0.9, diverging: false });
    expect(findLimit('seen', [], 'lstm', 'forget_gate')).toEqual({ low: 0, high: 1, diverging: false });
  });
  it('are symmetric and the same at every step for what has a sign', () => {
    expect(findLimit(null, digests, 'lstm', 'hidden_state')).toEqual({ low: -0.85, high: 0.85, diverging: true });
  });
  it('are one where nothing is known', () => {
    expect(findLimit(null, [], 'lstm', 'hidden_state')).toEqual({ low: -1, high: 1, diverging: true });
  });
});

it('a gate is what has a role', () => {
  expect([isGate(index, 'lstm', 'forget_gate'), isGate(index, 'lstm', 'hidden_state')]).toEqual([true, false]);
});
