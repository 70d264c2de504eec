import type { Digest, Hypothesis, Index, ProbeInfo } from '../data/types.ts';

/** Small things for tests. */

export const probe = (name: string, steps: number[], more: Partial<ProbeInfo> = {}): ProbeInfo => ({
  probe: name,
  generated: false,
  steps,
  layers: [
    { layer: 'lstm', cell: 'LSTM', units: 10, quantities: [{ quantity: 'hidden_state', role: null }, { quantity: 'forget_gate', role: 'retain' }] },
    { layer: 'gru', cell: 'GRU', units: 4, quantities: [{ quantity: 'hidden_state', role: null }] },
  ],
  ...more,
});

export const index: Index = {
  notices: [],
  runs: [
    { run: 'empty', name: 'empty', wallTime: 99, probes: [] },
    { run: 'new', name: 'new', wallTime: 20, probes: [probe('novel', [-1, 0, 1, 5]), probe('generated', [5], { generated: true })] },
    { run: 'old', name: 'old', wallTime: 10, probes: [probe('novel', [0, 1, 2])] },
  ],
};

export const hypothesis = (more: Partial<Hypothesis> = {}): Hypothesis => ({
  feature: 'space', layer: 'lstm', quantity: 'forget_gate', unit: 7, neighbours: [6, 8], count: 12,
  prominence: 1, difference: 0.5, score: 1.5, relevance: 1, effect: 3, auc: 0.9, q: 0.001, peak: null, ...more,
});

export const digest = (more: Partial<Digest> = {}): Digest => ({
  step: 5, wallTime: 1, tokens: 30, generated: false, tests: 600, loss: 2, tagger: null,
  features: [{ name: 'comma', kind: 'literal', count: 2, note: null }, { name: 'space', kind: 'literal', count: 12, note: null }],
  hypotheses: [hypothesis(), hypothesis({ layer: 'gru', quantity: 'hidden_state', unit: 3, feature: 'comma', effect: 2 })],
  ranges: {}, absent: [], ...more,
});
