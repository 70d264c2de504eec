import { expect, it } from 'vitest';
import type { FeatureQueryResult } from '../../data/types.ts';
import { causal, digest, finding, peak, response } from '../../state/fixtures.ts';
import { cardOf, type Origin } from './card.ts';

const space = { name: 'space', kind: 'literal', text: ' ' };
const origin: Origin = {
  run: 'run1',
  probe: 'novel',
  step: 12,
  queryResult: null,
  digest: digest({ features: [{ name: 'space', kind: 'literal', count: 161, note: null, spec: space }] }),
};
const tested = finding({
  quantity: 'hidden_state',
  unit: 41,
  count: 161,
  effect: 3.1,
  auc: 0.98,
  q: 3e-9,
  p_family: 0.001,
  response: response(),
  peak: peak(),
  ablation: causal(),
});

/** Evidence of a card by its keys, as text. */
const evidenceIn = (card: string): Record<string, string> =>
  Object.fromEntries(
    /^evidence: {(.*)}$/m
      .exec(card)![1]
      .split(', ')
      .map((entry) => entry.split(': ')),
  ) as Record<string, string>;

it('says what was found, where, and with which numbers', () => {
  const { file, command, text } = cardOf(tested, origin);
  expect(file).toBe('finding-space-41.yaml');
  expect(command).toBe('python -m trainer retest finding-space-41.yaml logs/run2');
  expect(text.replace(/^evidence: .*\n/m, '')).toBe(`rnnviz_finding: 1
feature: {name: "space", kind: "literal", text: " "}
run: "run1"
probe: "novel"
step: 12
layer: "lstm"
quantity: "hidden_state"
unit: 41
`);
  expect(evidenceIn(text)).toMatchObject({
    count: '161',
    effect: '3.1',
    auc: '0.98',
    q: '3.0e-9',
    p_family: '0.001',
    lag: '0',
    peak_frequency: '0.19',
    ablation: '0.31',
    ablation_low: '0.2',
    ablation_high: '0.44',
  });
});

it('what was not measured is null', () => {
  const bare = finding({ effect: NaN, auc: NaN });
  expect(evidenceIn(cardOf(bare, origin).text)).toMatchObject({
    effect: 'null',
    auc: 'null',
    q: '0.001',
    p_family: 'null',
    lag: 'null',
    peak_frequency: 'null',
    ablation: 'null',
  });
});

it('a feature without a mapping has its name, a typed one what was typed', () => {
  expect(cardOf(finding({ feature: 'gone' }), origin).text).toContain('feature: {name: "gone"}\n');
  const queryResult: FeatureQueryResult = {
    name: '“the”',
    kind: 'regex',
    count: 4,
    note: null,
    tagger: null,
    tests: 24,
    isRecorded: false,
    units: [],
    mask: null,
    notices: [],
    spec: { name: '“the”', kind: 'regex', pattern: 'the', over: 'text' },
  };
  expect(cardOf(finding({ feature: '“the”' }), { ...origin, queryResult: queryResult }).text).toContain(
    'feature: {name: "“the”", kind: "regex", pattern: "the", over: "text"}\n',
  );
});

it.each([
  ['"; rm -rf / #', 'finding-rm-rf-7.yaml'],
  ['../../etc/passwd', 'finding-etc-passwd-7.yaml'],
  ['<img src=x onerror=alert(1)>', 'finding-img-src-x-onerror-alert-1-7.yaml'],
  ['. ? !', 'finding-feature-7.yaml'],
  ['“Größe”\n', 'finding-Größe-7.yaml'],
  ['x'.repeat(500), `finding-${'x'.repeat(40)}-7.yaml`],
])('a feature called %j is in a file called %s', (feature, file) => {
  const card = cardOf(finding({ feature }), { ...origin, run: feature });
  expect(card.file).toBe(file);
  expect(card.text.split('\n')).toHaveLength(10);
  expect(JSON.parse(/^run: (.*)$/m.exec(card.text)![1])).toBe(feature);
});
