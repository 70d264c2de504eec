import { signal } from '@preact/signals-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../data/client.ts';
import type { UnitReport } from '../../data/unit-report.ts';
import type { Digest, Finding, FeatureQueryResult } from '../../data/types.ts';
import { causal, digest, finding, index, peak, response } from '../../state/fixtures.ts';
import type { Loadable } from '../../state/loadable.ts';
import type { SettingName } from '../../state/settings.ts';
import { ready, testCompared, testRecording, testStore } from '../../state/test-store.ts';
import type { Mode, RecordingData } from '../../state/store.ts';
import { panelIn, pressPanel, renderedText } from '../../test-setup.ts';
import { FindingsView } from './findings-view.ts';
import { readPins } from './pins.ts';

const cell = { layer: 'lstm', quantity: 'forget_gate' };
const nothingTyped: Loadable<FeatureQueryResult> = { state: 'empty', why: '' };

interface Given {
  readonly link?: Readonly<Record<string, string>>;
  readonly typed?: string;
  readonly answer?: Loadable<FeatureQueryResult>;
  readonly others?: readonly Digest[];
  readonly mode?: Mode;
}

function recordingOf(series: number, firstDigest: Digest | null, answer: Loadable<FeatureQueryResult>) {
  const own = signal(firstDigest);
  const data = testRecording({
    digest: own,
    digests: ready(firstDigest ? [firstDigest] : []),
    queryResult: signal(answer),
    unit: signal(7),
    ref: signal({ run: 'new', probe: 'novel', step: 5 }),
    reportOf: vi.fn<RecordingData['reportOf']>(() => signal({ state: 'loading', stale: null })),
  });
  return { ...testCompared(data, series, `${'AB'[series]} · new · epoch 5`), digestSignal: own };
}

async function show(
  firstDigest: Digest | null,
  { link = {}, typed = '', answer = nothingTyped, others = [], mode = 'single' }: Given = {},
) {
  const feature = answer.state === 'ready' ? answer.value.name : 'space';
  const recordings = [firstDigest, ...others].map((one, series) => recordingOf(series, one, answer));
  const client = new Client();
  const get = vi.spyOn(client, 'get').mockResolvedValue(null);
  const store = testStore({
    client,
    featureQuery: typed,
    index: ready(index),
    selection: { run: 'new', step: 5, probe: 'novel', ...cell, unit: 7, feature },
    comparedRecordings: recordings,
    link,
  });
  const { select, featureQuery } = store;
  const element = new FindingsView();
  element.store = store;
  element.recordings = mode === 'difference' ? recordings.slice(0, 1) : recordings;
  element.mode = mode;
  document.body.append(element);
  await element.updateComplete;
  const root = element.renderRoot as ShadowRoot;
  const field = root.querySelector('rv-look')! as HTMLElement & { updateComplete: Promise<boolean> };
  await field.updateComplete;
  const press = async (selector: string) => {
    root.querySelector<HTMLElement>(selector)!.click();
    await element.updateComplete;
  };
  return {
    root,
    store,
    get,
    select,
    element,
    featureQuery,
    recordings,
    press,
    field: field.shadowRoot!,
    word: (name: SettingName) => store.option(name).value,
  };
}

beforeEach(() => document.body.replaceChildren());

describe('findings', () => {
  it('are listed with effect and count, and choosing one selects it', async () => {
    const { root, select } = await show(digest());
    const [first, second] = root.querySelectorAll<HTMLButtonElement>('.finding');
    expect(renderedText(first)).toContain('+3.00');
    expect(first.textContent).toContain('12×');
    expect([first, second].map((button) => button.getAttribute('aria-pressed'))).toEqual(['true', 'false']);
    second.click();
    expect(select).toHaveBeenCalledWith({ feature: 'comma', layer: 'gru', quantity: 'hidden_state', unit: 3 });
  });

  it('have bars by the size of their effect, and a mark where chance ends for their feature', async () => {
    const { root } = await show(
      digest({
        findings: [
          finding({ effect: -4 }),
          finding({ effect: 1, unit: 1 }),
          finding({ effect: 2, unit: 2, q: 0.3, feature: 'comma' }),
        ],
      }),
      { link: { findingsgroups: 'flat' } },
    );
    expect([...root.querySelectorAll<HTMLElement>('.bar i')].map((bar) => bar.style.width)).toEqual([
      '100.0%',
      '25.0%',
      '50.0%',
    ]);
    expect([...root.querySelectorAll<HTMLElement>('.bar')].map((bar) => bar.querySelector('span')?.style.left)).toEqual(
      ['25.0%', undefined, undefined],
    );
    expect(root.querySelector('.bar')!.getAttribute('title')).toContain(
      'The mark: 1.00, the smallest effect that is above chance',
    );
  });

  it('show their rate of false discoveries, and stand back where they are not above chance', async () => {
    const { root } = await show(
      digest({
        findings: [finding({ q: 0.004 }), finding({ q: 0.3, unit: 1 }), finding({ q: NaN, unit: 2 })],
      }),
    );
    expect(root.querySelector('.evidence')!.textContent).toContain('0.004');
    expect([...root.querySelectorAll('.finding')].map((button) => button.classList.contains('chance'))).toEqual([
      false,
      true,
      false,
    ]);
    expect(renderedText(root.querySelector('.foot'))).toBe('3 of 600 tests');
  });

  it('end with what else there is to know: features without a match, the tagger', async () => {
    const { root } = await show(
      digest({
        features: [{ name: 'digit', kind: 'regex', count: 0, note: 'matches no token', spec: null }],
        content: { kind: 'source code', language: 'c++', confidence: 0.9, evidence: 'marks of c++' },
        tagger: 'Some tagger 1.0',
      }),
    );
    expect([...root.querySelectorAll('.remark')].map((remark) => remark.textContent)).toEqual([
      'digit: matches no token',
      'Text: source code (c++), recognised by marks of c++',
      'Parts of speech by Some tagger 1.0',
    ]);
  });

  it.each(['list', 'table'])('with names from a log are text and nothing else: %s', async (shape) => {
    const { root } = await show(
      digest({ findings: [finding({ feature: '<img src=x onerror=alert(1)>', ablation: causal() })] }),
      { link: { findingsas: shape, pins: '<img~<b>~q~1' } },
    );
    expect(root.querySelector('img, b')).toBeNull();
    expect(renderedText(root.querySelector('.finding, tbody'))).toContain('<img');
  });

  it.each<[string, Digest | null, string]>([
    ['no digest', null, 'No findings were logged for this epoch.'],
    [
      'no feature',
      digest({ features: [], findings: [] }),
      'No features were given to the callback, so no unit was searched for one.',
    ],
    ['no finding', digest({ findings: [] }), 'No unit stands out for any feature at this epoch.'],
  ])('say why there are none: %s', async (_, firstDigest, words) => {
    for (const shape of ['list', 'table', 'quadrant']) {
      const { root } = await show(firstDigest, { link: { findingsas: shape } });
      expect(renderedText(panelIn(root))).toBe(words);
    }
  });

  it('are drawn anew when the epoch changes', async () => {
    const { root, recordings, element } = await show(digest());
    recordings[0].digestSignal.value = digest({ findings: [] });
    await element.updateComplete;
    expect(root.querySelectorAll('.finding')).toHaveLength(0);
  });

  it('can be filtered, and say so when nothing fits', async () => {
    const { root, element, word } = await show(digest(), { link: { findingstext: 'nothing like it' } });
    expect(renderedText(panelIn(root))).toBe('None of 2 findings fits. Show all');
    pressPanel(root);
    await element.updateComplete;
    expect([root.querySelectorAll('.finding').length, word('findingstext')]).toEqual([2, '']);
  });
});

describe('pinned findings', () => {
  it('stand on top, with a star, and are in the link', async () => {
    const { root, press, word } = await show(digest());
    await press('li:nth-child(2) .pin');
    expect(readPins(word('pins'))).toEqual([
      { feature: 'comma', layer: 'gru', quantity: 'hidden_state', unit: 3, look: '' },
    ]);
    expect(
      [...root.querySelectorAll('li .pin')].map((star) => [renderedText(star), star.getAttribute('aria-pressed')]),
    ).toEqual([
      ['★', 'true'],
      ['☆', 'false'],
    ]);
    expect(renderedText(root.querySelector('.name'))).toBe('comma');
    await press('li .pin');
    expect(word('pins')).toBe('');
  });

  it('stay where they are not among the findings, and say so', async () => {
    const { root, select } = await show(digest(), { link: { pins: 'verb~lstm~hidden_state~99' } });
    expect(renderedText(root.querySelector('.finding'))).toBe(
      'verb lstm hidden state 99 not among the findings at epoch 5',
    );
    root.querySelector<HTMLElement>('.finding')!.click();
    expect(select).toHaveBeenCalledWith({ feature: 'verb', layer: 'lstm', quantity: 'hidden_state', unit: 99 });
  });

  it('have the numbers of the unit where they are not among the findings', async () => {
    const { recordings, element, root } = await show(digest(), {
      link: { pins: 'verb~lstm~hidden_state~99!space~lstm~forget_gate~7' },
    });
    const report = signal<Loadable<UnitReport>>({ state: 'loading', stale: null });
    const asked = vi.fn(() => report);
    Object.assign(recordings[0].data, { reportOf: asked });
    element.requestUpdate();
    await element.updateComplete;
    expect(asked.mock.calls).toEqual([['lstm', 'hidden_state', 99]]);
    const verb = { feature: 'verb', layer: 'lstm', quantity: 'hidden_state', unit: 99, effect: -0.7 };
    report.value = {
      state: 'ready',
      value: { unit: 99, tests: 2, findings: [finding({ ...verb, feature: 'noun', effect: 2 }), finding(verb)] },
    };
    await element.updateComplete;
    expect(renderedText(root.querySelector('.finding'))).toContain('−0.700');
  });

  it('that were typed are looked for again', async () => {
    const { root, select, featureQuery } = await show(digest(), { link: { pins: '“the”~lstm~hidden_state~2~the' } });
    expect(renderedText(root.querySelector('.finding'))).toContain(
      'typed, and not searched for now: press to search for the',
    );
    root.querySelector<HTMLElement>('.finding')!.click();
    expect(select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'hidden_state', unit: 2 });
    expect(featureQuery.value).toBe('the');
  });
});

describe('the table', () => {
  const findings = [
    finding({ response: response(), peak: peak(), ablation: causal() }),
    finding({ unit: 1, q: 0.3, effect: -5, feature: 'comma' }),
  ];
  const table = (more: Partial<Given> = {}) =>
    show(digest({ findings }), { link: { findingsas: 'table', ...more.link }, ...more });
  /** Texts by column of the head or a row. */
  const texts = (cells: ArrayLike<HTMLElement>) =>
    Object.fromEntries(Array.from(cells, (cell) => [cell.dataset.column!, renderedText(cell)]));
  const cells = (root: ShadowRoot, line = 0) =>
    texts([...root.querySelectorAll('tbody tr:not(.open)')[line].querySelectorAll<HTMLElement>('td:not(.pin)')]);

  it('has every number with its unit', async () => {
    const { root } = await table();
    const heads = texts([...root.querySelectorAll<HTMLElement>('thead th:not(.pin)')]);
    expect(heads).toMatchObject({
      feature: 'feature',
      layer: 'layer',
      quantity: 'quantity',
      unit: 'unit',
      score: 'score',
      effect: 'effect sd',
      q: 'q',
      lag: 'lag tokens',
      peak_frequency: 'spectral peak per token',
      ablation: 'ablation nats',
      since: 'since epoch',
    });
    expect(Object.keys(cells(root))).toEqual(Object.keys(heads));
    expect(cells(root)).toMatchObject({
      feature: 'space',
      layer: 'lstm',
      quantity: 'forget gate',
      unit: '7',
      score: '1.50',
      effect: '+3.00',
      q: '0.001',
      lag: '0 reacting',
      peak_frequency: '0.190, q 0.002',
      ablation: '+0.310 [0.200, 0.440] used',
      since: '5',
    });
    expect(cells(root, 1)).toMatchObject({
      feature: 'comma',
      unit: '1',
      score: '1.50',
      effect: '−5.00',
      q: '0.300 chance',
      lag: '–',
      peak_frequency: '–',
      ablation: '–',
      since: '5',
    });
    expect([...root.querySelectorAll('tbody tr:not(.open)')].map((line) => line.classList.contains('chance'))).toEqual([
      false,
      true,
    ]);
  });

  it('is sorted by the column whose head is pressed', async () => {
    const { root, press, word } = await table();
    await press('th[data-column=effect] button');
    expect([
      cells(root).feature,
      word('findingssort'),
      root.querySelector('[data-column=effect]')!.getAttribute('aria-sort'),
    ]).toEqual(['comma', 'effect', 'descending']);
    await press('th[data-column=effect] button');
    expect([cells(root).feature, root.querySelector('[data-column=effect]')!.getAttribute('aria-sort')]).toEqual([
      'space',
      'ascending',
    ]);
    expect(root.querySelector('[data-column=q]')!.getAttribute('aria-sort')).toBe('none');
  });

  it('opens the one that is chosen, with its card', async () => {
    const { root, press, select } = await table();
    expect(root.querySelectorAll('tr.open .evidence rv-finding-card')).toHaveLength(1);
    await press('tbody tr:last-child td:nth-child(3)');
    expect(select).toHaveBeenCalledWith({ feature: 'comma', ...cell, unit: 1 });
  });

  it('is what the numbers are', async () => {
    const { element } = await table({ link: { findingsas: 'table', findingssort: 'effect' } });
    const numbers = element.exportTable()!;
    expect(numbers.kind).toBe('table');
    const columns = Object.fromEntries(
      (numbers as Extract<typeof numbers, { kind: 'table' }>).columns.map(({ name, values }) => [
        name,
        Array.from(values),
      ]),
    );
    expect(columns).toMatchObject({
      feature: ['comma', 'space'],
      unit: [1, 7],
      effect: [-5, 3],
      q: [0.3, 0.001],
      lag: [null, 0],
      ablation: [null, 0.31],
      ablation_low: [null, 0.2],
      use: [null, 'used'],
      since: [5, 5],
    });
  });

  it.each<Mode>(['overlay', 'difference'])('has a group of columns for each recording: %s', async (mode) => {
    const other = digest({ findings: [{ ...findings[0], effect: 4 }, finding({ unit: 8 })] });
    const { root, element } = await table({ mode, others: [other] });
    expect([...root.querySelectorAll('.groups th')].map(renderedText)).toEqual([
      'A new · epoch 5',
      'B new · epoch 5',
      ...(mode === 'difference' ? ['B − A'] : []),
    ]);
    expect(cells(root)).toMatchObject({ unit: '7', effect0: '+3.00', q0: '0.001', effect1: '+4.00', q1: '0.001' });
    expect(cells(root).gain).toBe(mode === 'difference' ? '+1.00' : undefined);
    expect(cells(root, 2)).toMatchObject({ unit: '8', effect0: '–', q0: '–' });
    expect(element.exportTable()).toMatchObject({
      columns: expect.arrayContaining([{ name: 'effect B', values: [4, null, 3] }]),
    });
  });
});

it('the list has a bar for each recording', async () => {
  const { root } = await show(digest(), {
    mode: 'overlay',
    others: [digest({ findings: [finding({ effect: 1 })] })],
  });
  expect([...root.querySelectorAll('.compared')].map(renderedText)).toEqual([
    'A +3.00 B +1.00 B − A −2.00',
    'A +2.00 B not listed –',
  ]);
});

describe('the evidence of a finding', () => {
  const state = { layer: 'lstm', quantity: 'hidden_state' };
  const full = finding({ ...state, response: response(), peak: peak(), ablation: causal() });
  const findingWith = (more: Partial<Finding> = {}) => ({ ...full, ...cell, unit: 7, feature: 'space', ...more });

  it('stands in its line: what it does around the feature, and whether it is used', async () => {
    const { root } = await show(digest({ findings: [full] }));
    expect(renderedText(root.querySelector('.brief'))).toBe('reacting used +0.310');
    expect(root.querySelector('.brief svg')!.getAttribute('aria-hidden')).toBe('true');
  });

  it('has association and ablation effect beside each other', async () => {
    const { root } = await show(digest({ findings: [findingWith()] }));
    const [goes, used] = root.querySelectorAll('.both > div');
    expect(renderedText(goes)).toMatch(/^association effect \+3\.00 q 0\.001 .*count 12$/);
    expect(renderedText(used)).toBe(
      'ablation effect used without it +0.310 nats [0.200, 0.440] ' +
        'on the feature’s tokens against the rest +0.330 on its 160 tokens, +0.020 on the rest; clamped to its mean',
    );
  });

  it.each([
    [
      { effect: 0.03, low: -0.01, high: 0.07 },
      'not used',
      'without it +0.030 nats; the interval [−0.010, 0.070] includes 0',
    ],
    [
      { effect: -0.2, low: -0.3, high: -0.1 },
      'used elsewhere',
      'without it −0.200 nats [−0.300, −0.100] on the feature’s tokens against the rest',
    ],
  ])('tells %o as %s', async (change, verdict, sentence) => {
    const { root } = await show(digest({ findings: [findingWith({ ablation: causal(change) })] }));
    expect(renderedText(root.querySelector('.both > div + div'))).toContain(`ablation effect ${verdict} ${sentence}`);
  });

  it('tells the period of the text from the unit’s own', async () => {
    const { root } = await show(digest({ findings: [findingWith()] }));
    expect(renderedText(root.querySelector('.evidence'))).toContain(
      'spectral peak at 0.190, every 5.26 tokens, q 0.002, coherence 0.70 with the feature',
    );
    expect(root.querySelector<HTMLElement>('.scale i')!.style.left).toBe('70%');
    const weak = await show(digest({ findings: [findingWith({ peak: peak({ q: 0.4 }) })] }));
    expect(renderedText(weak.root.querySelector('.evidence'))).toContain(
      'no spectral peak above chance, the strongest at 0.190',
    );
  });

  it('reads its picture aloud', async () => {
    const { root } = await show(digest({ findings: [findingWith()] }));
    const picture = root.querySelector('.evidence svg')!;
    expect([picture.getAttribute('role'), picture.getAttribute('aria-label')]).toEqual([
      'img',
      'Mean activity from 10 tokens before the feature to 10 behind it: ' +
        'furthest out at 0, 0.900; chance gives −0.200 to 0.200 at the feature',
    ]);
  });

  it('says why it is not there', async () => {
    const { root } = await show(digest({ findings: [findingWith({ ablation: null })] }));
    expect(renderedText(root.querySelector('.both > div + div'))).toBe(
      'ablation effect not measured: it is a gate, and only hidden states are ablated',
    );
  });
});

describe('a feature that was typed', () => {
  const queryResult: FeatureQueryResult = {
    name: '<b>x</b>',
    kind: 'literal',
    count: 4,
    note: null,
    tagger: null,
    tests: 24,
    isRecorded: false,
    spec: null,
    mask: Uint8Array.of(1),
    notices: [],
    units: [finding({ feature: '<b>x</b>', unit: 2 }), finding({ feature: '<b>x</b>', unit: 7 })],
  };

  it('shows the units that go with it instead of the findings, and a click chooses one', async () => {
    const { root, select, field, featureQuery } = await show(digest(), {
      typed: 'x',
      answer: { state: 'ready', value: queryResult },
    });
    expect([...root.querySelectorAll('.unit')].map(renderedText)).toEqual(['2', '7']);
    expect(root.querySelector('b')).toBeNull();
    expect(renderedText(field.querySelector('.says span'))).toBe('<b>x</b>: 4 tokens, 24 tests');
    root.querySelector<HTMLElement>('.finding')!.click();
    expect(select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'forget_gate', unit: 2 });
    expect(featureQuery.value).toBe('x');
    expect(renderedText(root.querySelector('.both > div + div'))).toContain('only features of the recording');
  });

  it('says which tests its q is over', async () => {
    const of = async (part: Partial<FeatureQueryResult>) => {
      const answer = { state: 'ready', value: { ...queryResult, ...part } } as const;
      return renderedText((await show(digest(), { typed: 'x', answer })).root.querySelector('.remark'));
    };
    expect(await of({})).toBe(
      '<b>x</b> was not recorded: q is over the 24 tests of this feature alone, ' +
        'not over the 600 tests of the recording.',
    );
    expect(await of({ isRecorded: true, tests: 600 })).toBe(
      'Findings of the recording: q is over all of its 600 tests.',
    );
  });

  it('lists the quantities that were not tested below the field', async () => {
    const notices = [{ run: 'r', step: 5, text: 'Run r: <b>cell_state</b> is damaged and was skipped.' }];
    const { field } = await show(digest(), {
      typed: 'x',
      answer: { state: 'ready', value: { ...queryResult, notices } },
    });
    const list = field.querySelector('.damaged');
    expect(renderedText(list!.querySelector('summary'))).toBe('⚠ 1 quantity not tested');
    expect(renderedText(list!.querySelector('li'))).toBe('Run r: <b>cell_state</b> is damaged and was skipped.');
  });

  it('is made ready for while it is being typed', async () => {
    const { field, get } = await show(digest());
    field.querySelector('input')!.dispatchEvent(new Event('focus'));
    expect(get.mock.calls).toMatchObject([
      [{ url: expect.stringMatching(/feature\?run=new&probe=novel&step=5&.*&top=0$/) }, {}],
    ]);
  });

  it('is pinned with what was typed', async () => {
    const { press, word } = await show(digest(), { typed: 'x', answer: { state: 'ready', value: queryResult } });
    await press('.pin');
    expect(readPins(word('pins'))).toMatchObject([{ feature: '<b>x</b>', unit: 2, look: 'x' }]);
  });

  it('is asked for with Enter and let go with Esc, which goes no further', async () => {
    const { featureQuery, field } = await show(digest());
    const input = field.querySelector('input')!;
    input.value = ' ';
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    expect(featureQuery.value).toBe(' ');
    const escape = new KeyboardEvent('keydown', { key: 'Escape', cancelable: true });
    input.dispatchEvent(escape);
    expect([featureQuery.value, input.value, escape.defaultPrevented]).toEqual(['', '', true]);
  });

  it.each<[string, Loadable<FeatureQueryResult>, string]>([
    ['waits', { state: 'loading', stale: null }, 'Looking for x…'],
    [
      'fails',
      { state: 'failed', message: 'There is no <i>feature</i>.', retry: () => {}, stale: null },
      '⚠ There is no <i>feature</i>.',
    ],
    [
      'matches nothing',
      {
        state: 'ready',
        value: { ...queryResult, name: '“x”', units: [], mask: null, count: 0, note: 'matches no token' },
      },
      '“x”: matches no token',
    ],
  ])('says beside the field that it %s', async (_, answer, sentence) => {
    const { field } = await show(digest(), { typed: 'x', answer });
    expect(renderedText((panelIn(field) ?? field.querySelector('.says')!).querySelector('span'))).toBe(sentence);
  });
});
