import { findingKey } from '../data/finding-key.ts';
import { associationOf } from '../data/statistics.ts';
import type {
  AblationEffect,
  Digest,
  Finding,
  Index,
  SpectralPeak,
  ProbeInfo,
  LaggedResponse,
  Diagnosis,
} from '../data/types.ts';

/** Small things for tests. */

export const probe = (name: string, steps: number[], more: Partial<ProbeInfo> = {}): ProbeInfo => ({
  probe: name,
  generated: false,
  axis: 'epoch',
  parent: null,
  stepsOf: null,
  signal: false,
  steps,
  written: [],
  generation: null,
  layers: [
    {
      layer: 'lstm',
      cell: 'LSTM',
      units: 10,
      quantities: [
        { quantity: 'hidden_state', role: null },
        { quantity: 'forget_gate', role: 'retain' },
      ],
    },
    { layer: 'gru', cell: 'GRU', units: 4, quantities: [{ quantity: 'hidden_state', role: null }] },
  ],
  matrices: [],
  classes: null,
  explained: null,
  dynamics: null,
  ...more,
});

export const index: Index = {
  notices: [],
  runs: [
    { run: 'empty', name: 'empty', wallTime: 99, probes: [] },
    {
      run: 'new',
      name: 'new',
      wallTime: 20,
      probes: [probe('novel', [-1, 0, 1, 5]), probe('generated', [5], { generated: true })],
    },
    { run: 'old', name: 'old', wallTime: 10, probes: [probe('novel', [0, 1, 2])] },
  ],
};

export const finding = (more: Partial<Finding> = {}): Finding => ({
  ...associationOf(() => NaN),
  feature: 'space',
  layer: 'lstm',
  quantity: 'forget_gate',
  unit: 7,
  aspect: 'level',
  neighbours: [6, 8],
  count: 12,
  prominence: 1,
  difference: 0.5,
  score: 1.5,
  relevance: 1,
  effect: 3,
  auc: 0.9,
  q: 0.001,
  evidence: null,
  kind: null,
  partial: null,
  peak: null,
  response: null,
  ablation: null,
  ...more,
});

const digestFindings = () => [
  finding(),
  finding({ layer: 'gru', quantity: 'hidden_state', unit: 3, feature: 'comma', effect: 2 }),
];

export const digest = (more: Partial<Digest> = {}): Digest => ({
  listed: (more.findings ?? digestFindings()).map(findingKey),
  brief: false,
  step: 5,
  wallTime: 1,
  tokens: 30,
  generated: false,
  tests: 600,
  loss: 2,
  content: null,
  tagger: null,
  features: [
    { name: 'comma', kind: 'literal', count: 2, note: null, spec: null },
    { name: 'space', kind: 'literal', count: 12, note: null, spec: null },
  ],
  findings: digestFindings(),
  lossNote: null,
  targetKind: 'next',
  ablationNote: null,
  doctor: [],
  kinds: {},
  gallery: [],
  ranges: {},
  units: {},
  absent: [],
  leftOut: [],
  firstNan: null,
  errors: null,
  memory: {},
  matching: {},
  emergence: [],
  bytes: null,
  ...more,
});

export const peak = (more: Partial<SpectralPeak> = {}): SpectralPeak => ({
  frequency: 0.19,
  amplitude: 0.2,
  prominence: 0.15,
  p: 1e-5,
  q: 0.002,
  coherence: 0.7,
  ...more,
});

/** Moves at the feature and for one token behind it. */
export const response = (more: Partial<LaggedResponse> = {}): LaggedResponse => ({
  label: 'reacting',
  p: 1e-9,
  mean: Array.from({ length: 21 }, (_, i) => (i === 10 ? 0.9 : i === 11 ? 0.6 : 0)),
  low: Array<number>(21).fill(-0.2),
  high: Array<number>(21).fill(0.2),
  at: 'match',
  end: null,
  ...more,
});

export const causal = (more: Partial<AblationEffect> = {}): AblationEffect => ({
  effect: 0.31,
  low: 0.2,
  high: 0.44,
  on: 0.33,
  off: 0.02,
  count: 160,
  how: 'mean',
  tokens: 1000,
  ...more,
});

export const diagnosis = (more: Partial<Diagnosis> = {}): Diagnosis => ({
  code: 'RNV002',
  severity: 'warning',
  title: 'dead unit',
  layer: 'lstm',
  quantity: 'hidden_state',
  units: [3, 9],
  concerned: 2,
  evidence: '2 of 10 units (3, 9) stay within 0.001',
  why: 'It tells nothing.',
  advice: 'Fewer units.',
  ...more,
});
