// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { findingKey } from './finding-key.ts';
import { MAX_ENTRIES } from './json.ts';
import type { Digest } from './types.ts';
import * as wire from './wire.ts';

/** Answers with types and sizes that break the contract of the routes. */

const finding = {
  feature: 'space',
  layer: 'lstm',
  quantity: 'hidden_state',
  unit: 5,
  neighbours: [4, 6],
  count: 40,
  effect: 3,
  q: 0.001,
  peak: { frequency: 0.2, amplitude: 1, prominence: 1, p: 0.01, q: 0.02, coherence: 0.5 },
  response: { label: 'reacting', p: 0.01, mean: [0, 1, 0], low: -1, high: 1 },
  controlled: { effect: 2, p: 0.01 },
  causal: { effect: 0.3, low: 0.2, high: 0.4, on: 0.3, off: 0, count: 40, how: 'mean', tokens: 99 },
};
const diagnosis = {
  code: 'RNV001',
  severity: 'warning',
  title: 'dead unit',
  layer: 'lstm',
  quantity: 'hidden_state',
  units: [3],
  concerned: 1,
  evidence: 'e',
  why: 'w',
  advice: 'a',
};
const errors = {
  predicted: 90,
  errors: 9,
  shares: { 'long range': 0.5 },
  slices: [{ category: 'rare', level: 1, count: 3, share: 0.1, positions: [1, 2] }],
  shared: { network: 1, 'n-gram': 2, 'network and n-gram': 3 },
  gain: [{ token: 'a', count: 3, network: 0.5, 'n-gram': 0.2 }],
  closing: [{ first: 1, end: 5, count: 3, network: 0.5, 'n-gram': 0.2 }],
};
const whole = {
  step: 3,
  wall_time: 5,
  tokens: 99,
  generated: false,
  tests: 600,
  loss: 1.5,
  content: { kind: 'prose', language: 'english', confidence: 0.9, evidence: 'words' },
  tagger: 'small',
  loss_note: 'n',
  causal_note: 'n',
  features: [
    { name: 'space', kind: 'literal', count: 40, note: null, spec: { kind: 'literal' } },
    { name: 'comma', kind: 'literal', count: 2, note: null, spec: null },
  ],
  hypotheses: [finding, { ...finding, unit: 7 }],
  doctor: [diagnosis],
  units: { lstm: 12 },
  ranges: { lstm: { hidden_state: { low: -1, high: 1, limit: 0.9, missing: 0 } } },
  absent: [{ layer: 'lstm', quantity: 'candidate', reason: 'r' }],
  left_out: [{ what: 'activity', steps: [1], quantities: null, reason: 'r' }],
  first_nan: { step: 2, layer: 'lstm', quantity: 'hidden_state', unit: 3, token: 17, text: 'e' },
  errors,
  memory: { lstm: { quantity: 'cell_state', gate: 3, autocorrelation: 4, units: 12, disagree: 1 } },
  matching: { lstm: { quality: 0.9, moved: 1 } },
  emergence: [{ feature: 'space', step: 1, layer: 'lstm', quantity: 'hidden_state', unit: 5 }],
  bytes: 1000,
};

const decode = (step: unknown) => wire.decodeDigests({ version: 1, steps: [step] }, 'run');
const intact = decode(whole).digests[0];

/** Damage of a part, the key of the digest that loses it, and its default. */
const DAMAGES: readonly (readonly [part: object, key: keyof Digest, instead: unknown])[] = [
  [{ first_nan: 'unit 3' }, 'firstNan', null],
  [{ first_nan: [] }, 'firstNan', null],
  [{ first_nan: { ...whole.first_nan, text: 5 } }, 'firstNan', null],
  [{ first_nan: { ...whole.first_nan, token: 1e9 } }, 'firstNan', null],
  [{ first_nan: { ...whole.first_nan, unit: -1 } }, 'firstNan', null],
  [{ first_nan: { ...whole.first_nan, step: 'last' } }, 'firstNan', null],
  [{ features: 'space' }, 'features', []],
  [{ features: { space: 1 } }, 'features', []],
  [{ features: ['space', whole.features[1]] }, 'features', [intact.features[1]]],
  [{ features: [null, whole.features[1]] }, 'features', [intact.features[1]]],
  [{ features: [{ ...whole.features[0], count: 'many' }, whole.features[1]] }, 'features', [intact.features[1]]],
  [{ features: [{ ...whole.features[0], spec: 'digit' }, whole.features[1]] }, 'features', [intact.features[1]]],
  [{ hypotheses: 3 }, 'findings', []],
  [{ hypotheses: { 0: finding } }, 'findings', []],
  [{ hypotheses: [[finding], whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, unit: 'x' }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, unit: 0.5 }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, feature: {} }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, effect: '3' }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, effect: { toString: 1 } }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, neighbours: 4 }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, peak: [1] }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, response: { mean: 'x' } }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, causal: { how: 3 } }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ hypotheses: [{ ...finding, controlled: true }, whole.hypotheses[1]] }, 'findings', [intact.findings[1]]],
  [{ units: 'twelve' }, 'units', {}],
  [{ units: { lstm: 'twelve' } }, 'units', {}],
  [{ units: { lstm: 1e12, gru: 4 } }, 'units', { gru: 4 }],
  [{ units: { lstm: -4, gru: 4 } }, 'units', { gru: 4 }],
  [{ ranges: [] }, 'ranges', {}],
  [{ ranges: { lstm: [1, 2] } }, 'ranges', {}],
  [{ ranges: { lstm: { hidden_state: 'wide' }, gru: {} } }, 'ranges', { gru: {} }],
  [{ ranges: { lstm: { hidden_state: { low: [] } } } }, 'ranges', {}],
  [{ absent: 'all' }, 'absent', []],
  [{ absent: [{ layer: 1, quantity: 'q', reason: 'r' }] }, 'absent', []],
  [{ left_out: { what: 'activity' } }, 'leftOut', []],
  [{ left_out: [{ what: 'activity', steps: 'all', reason: 'r' }] }, 'leftOut', []],
  [{ left_out: [{ what: 'activity', steps: [0.5], reason: 'r' }] }, 'leftOut', []],
  [{ errors: 'many' }, 'errors', null],
  [{ errors: { ...errors, shares: [0.5] } }, 'errors', null],
  [{ errors: { ...errors, slices: [3] } }, 'errors', null],
  [{ errors: { ...errors, gain: [{ token: ['a'] }] } }, 'errors', null],
  [{ memory: 3 }, 'memory', {}],
  [
    { memory: { lstm: { gate: 'long' }, gru: null } },
    'memory',
    { gru: decode({ step: 1, memory: { gru: null } }).digests[0].memory.gru },
  ],
  [{ matching: { lstm: 'good' } }, 'matching', {}],
  [{ emergence: 'early' }, 'emergence', []],
  [{ emergence: [{ ...whole.emergence[0], step: null }] }, 'emergence', []],
  [{ doctor: 'healthy' }, 'doctor', []],
  [{ doctor: [{ ...diagnosis, units: 'all' }] }, 'doctor', []],
  [{ doctor: [{ ...diagnosis, title: [] }, null] }, 'doctor', []],
  [{ tokens: 1e9 }, 'tokens', NaN],
  [{ tokens: [99] }, 'tokens', NaN],
  [{ loss: {} }, 'loss', null],
  [{ loss: '1.5' }, 'loss', null],
  [{ tagger: 5 }, 'tagger', null],
  [{ content: { kind: 5, evidence: 'words' } }, 'content', null],
  [{ loss_note: ['n'] }, 'lossNote', null],
  [{ causal_note: 1 }, 'ablationNote', null],
  [{ generated: 'no' }, 'generated', false],
  [{ tests: 'x' }, 'tests', 0],
  [{ tests: -1 }, 'tests', 0],
  [{ bytes: 'x' }, 'bytes', null],
];

describe('a digest', () => {
  it('is read whole where everything fits', () => {
    expect(decode(whole).notices).toEqual([]);
  });

  it.each(DAMAGES)('with %j loses this part alone, and a notice says so', (part, key, instead) => {
    const { digests, notices } = decode({ ...whole, ...part });
    const expected: Digest = { ...intact, [key]: instead };
    expect(digests).toEqual([{ ...expected, listed: expected.findings.map(findingKey) }]);
    expect(notices.map(({ run, step }) => [run, step])).toEqual([['run', 3]]);
    expect(notices[0].text).toMatch(/“\w+”.*left out\. Expected .*received .*\.$/);
  });

  it.each([[null], ['step'], [[]], [{ ...whole, step: 'last' }], [{ ...whole, step: undefined }]])(
    'that is %j is left out, and the others are read',
    (step) => {
      const { digests, notices } = wire.decodeDigests({ version: 1, steps: [step, whole] }, 'run');
      expect(digests).toEqual([intact]);
      expect(notices).toHaveLength(1);
    },
  );

  it('with more findings than are read says how many were left out', () => {
    const { digests, notices } = decode({ ...whole, hypotheses: Array(100_000).fill(finding) });
    expect(digests[0].findings).toHaveLength(MAX_ENTRIES);
    expect(notices[0].text).toBe('90,000 of 100,000 in “hypotheses” were left out. At most 10,000 are read.');
  });

  it('has no units of a layer that bears the name of a method', () => {
    expect(intact.units['constructor']).toBeUndefined();
    expect(intact.ranges['toString']).toBeUndefined();
  });

  it('comes with what the server left out', () => {
    const skipped = [{ run: 'run', tag: 'digest/novel', step: 4, text: 'It is damaged.' }];
    expect(wire.decodeDigests({ version: 1, steps: [whole], skipped }, 'run').notices).toEqual([
      { run: 'run', step: 4, text: 'It is damaged.' },
    ]);
  });
});

describe('an index', () => {
  const good = { run: 'good', name: 'good', wall_time: 1, probes: [] };
  const layer = { layer: 'lstm', cell: 'LSTM', units: 4, quantities: [] };
  const withProbe = (more: object) => ({ ...good, probes: [{ probe: 'p', generated: false, steps: [0], ...more }] });

  it.each([
    [null],
    ['run'],
    [{ ...good, run: 5 }],
    [{ ...good, probes: 'novel' }],
    [withProbe({ steps: '0' })],
    [withProbe({ steps: ['0'] })],
    [withProbe({ written: 'now' })],
    [withProbe({ layers: {} })],
    [withProbe({ layers: [{ ...layer, units: 1e9 }] })],
    [withProbe({ layers: [{ ...layer, units: null }] })],
    [withProbe({ layers: [{ ...layer, quantities: [1] }] })],
  ])('with the run %j has the good runs, and a notice', (bad) => {
    const { runs, notices } = wire.decodeIndex({ version: 1, runs: [bad, good] });
    expect(runs.map(({ run }) => run)).toEqual(['good']);
    expect(notices).toHaveLength(1);
  });

  it('has the notices of the server', () => {
    const skipped = [{ run: 'bad', tag: null, step: null, text: 'It was written by a newer version.' }];
    expect(wire.decodeIndex({ version: 1, runs: [], skipped }).notices).toEqual([
      { run: 'bad', step: null, text: 'It was written by a newer version.' },
    ]);
  });
});
