import { describe, expect, it } from 'vitest';
import { causal, digest, finding, response } from '../../state/fixtures.ts';
import type { Finding } from '../../data/types.ts';
import { chanceLevels, chanceSentence } from './chance-level.ts';
import { tableColumns } from './columns.ts';
import { ALL } from './facets.ts';
import { filtered, type Filter } from './filter.ts';
import { readOrder, sorted, turned, writeOrder } from './order.ts';
import { pinOf } from './pins.ts';
import { firstSignificantSteps, rowsOf, type Listed } from './finding-rows.ts';

const listed = (...findings: Finding[]): Listed => ({ findings, digests: [], besides: [] });
const three = [
  finding({ unit: 1, effect: 3, q: 0.001 }),
  finding({ unit: 2, effect: -4, q: 0.01, feature: 'comma' }),
  finding({ unit: 3, effect: 0.2, q: 0.4, layer: 'gru' }),
];
const columns = tableColumns(1, false, 'epoch');
const order = (word: string, rows = rowsOf([listed(...three)], [], '')) =>
  sorted(rows, columns, readOrder(word)).map(({ pin }) => pin.unit);

describe('rows', () => {
  it('have pinned findings on top, also those that are not among the findings', () => {
    const pins = [pinOf(three[2], ''), pinOf({ ...three[0], unit: 99 }, '')];
    const rows = rowsOf([listed(...three)], pins, '');
    expect(rows.map(({ pin, pinned, first }) => [pin.unit, pinned, first !== null])).toEqual([
      [3, true, true],
      [99, true, false],
      [1, false, true],
      [2, false, true],
    ]);
  });

  it('join several recordings by feature, layer, quantity and unit', () => {
    const other = [finding({ unit: 2, effect: 1, feature: 'comma' }), finding({ unit: 7 })];
    const rows = rowsOf([listed(...three), listed(...other)], [], '');
    expect(rows.map(({ findings }) => findings.map((h) => h?.effect ?? null))).toEqual([
      [3, null],
      [-4, 1],
      [0.2, null],
      [null, 3],
    ]);
  });

  it('remember what was typed for a pin that is set on them', () => {
    expect(rowsOf([listed(...three)], [], '/x/')[0].pin.look).toBe('/x/');
  });

  it('find a pinned unit of the recording while something else is looked for', () => {
    const recording = { findings: [finding({ feature: '“the”', unit: 5 })], digests: [], besides: three };
    expect(rowsOf([recording], [pinOf(three[1], '')], 'the').map(({ first }) => first?.effect)).toEqual([-4, 3]);
  });
});

it('a link begins when it stands, or else when it is listed for the first time', () => {
  const { feature, layer, quantity } = three[0];
  const digests = [
    digest({ step: 0, findings: [] }),
    digest({ step: 3, findings: [three[0], three[1]] }),
    digest({ step: 5, findings: [three[0]], emergence: [{ feature, layer, quantity, unit: 1, step: 4 }] }),
  ];
  expect(rowsOf([{ ...listed(...three), digests }], [], '').map(({ began }) => began)).toEqual([
    { step: 4, how: 'stands' },
    { step: 3, how: 'listed' },
    null,
  ]);
  expect(firstSignificantSteps(digests)).toBe(firstSignificantSteps(digests));
});

describe('the order', () => {
  it('is that of the log until a column is pressed', () => {
    expect(order('')).toEqual([1, 2, 3]);
    expect(order('nonsense')).toEqual([1, 2, 3]);
    expect(order('<script>')).toEqual([1, 2, 3]);
  });

  it.each([
    ['effect', [2, 1, 3]],
    ['effect.up', [3, 1, 2]],
    ['q.up', [1, 2, 3]],
    ['q', [3, 2, 1]],
    ['feature.up', [2, 1, 3]],
    ['layer.up', [3, 1, 2]],
    ['unit', [3, 2, 1]],
  ])('by %s', (word, units) => {
    expect(order(word)).toEqual(units);
  });

  it('has what is not known at the end, whichever way', () => {
    const rows = rowsOf(
      [listed(finding({ unit: 1, q: NaN }), finding({ unit: 2, q: 0.2 }), finding({ unit: 3, q: 0.1 }))],
      [],
      '',
    );
    expect([order('q', rows), order('q.up', rows)]).toEqual([
      [2, 3, 1],
      [3, 2, 1],
    ]);
  });

  it('sorts where the response is furthest out, and what a unit is used for', () => {
    const at = (lag: number) => response({ mean: Array.from({ length: 21 }, (_, i) => (i === 10 + lag ? 1 : 0)) });
    const rows = rowsOf(
      [
        listed(
          finding({ unit: 1, response: at(2), ablation: causal({ effect: -1 }) }),
          finding({ unit: 2, response: at(-3), ablation: causal({ effect: 2 }) }),
          finding({ unit: 3 }),
        ),
      ],
      [],
      '',
    );
    expect([order('lag', rows), order('ablation', rows), order('causal', rows)]).toEqual([
      [1, 2, 3],
      [2, 1, 3],
      [2, 1, 3],
    ]);
    expect(columns.find(({ id }) => id === 'lag')!.text(rows[1])).toBe('−3');
  });

  it('keeps pinned rows on top', () => {
    expect(order('effect', rowsOf([listed(...three)], [pinOf(three[2], '')], ''))).toEqual([3, 2, 1]);
  });

  it('turns: its own way, the other way, and back', () => {
    const press = (id: string, word: string) =>
      writeOrder(
        turned(
          readOrder(word),
          columns.find((column) => column.id === id)!,
        ),
      );
    expect([press('effect', ''), press('effect', 'effect'), press('effect', 'effect.up')]).toEqual([
      'effect',
      'effect.up',
      '',
    ]);
    expect([press('q', 'effect'), press('q', 'q.up'), press('q', 'q'), press('feature', '')]).toEqual([
      'q.up',
      'q',
      '',
      'feature.up',
    ]);
  });
});

describe('a filter', () => {
  const rows = rowsOf(
    [
      listed(
        ...three.slice(0, 2),
        finding({ unit: 3, effect: 0.2, q: 0.4, layer: 'gru', response: response(), ablation: causal() }),
      ),
    ],
    [pinOf(three[1], '')],
    '',
  );
  const keep = (more: Partial<Filter>) =>
    filtered(
      rows,
      { text: '', feature: '', layer: '', significant: false, pinned: false, facets: ALL, ...more },
      columns,
    ).map(({ pin }) => pin.unit);

  it.each<[Partial<Filter>, number[]]>([
    [{}, [2, 1, 3]],
    [{ text: 'COMMA' }, [2]],
    [{ text: 'forget gate 1' }, [1]],
    [{ text: 'reacting' }, [3]],
    [{ text: 'used' }, [3]],
    [{ text: '0.200, 0.440' }, [3]],
    [{ text: 'chance' }, [3]],
    [{ text: '[' }, [3]],
    [{ feature: 'space' }, [1, 3]],
    [{ layer: 'gru' }, [3]],
    [{ significant: true }, [2, 1]],
    [{ pinned: true }, [2]],
    [{ significant: true, feature: 'space' }, [1]],
    [{ layer: 'none' }, []],
  ])('%o', (more, units) => {
    expect(keep(more)).toEqual(units);
  });
});

describe('chance', () => {
  it('lies for each feature at the smallest effect that stands', () => {
    const levels = chanceLevels([...three, finding({ effect: -0.5, q: 0.04 }), finding({ effect: 0.4, q: 0.06 })]);
    expect(levels.get('space')).toEqual({ above: 0.5, below: 0.4, listed: 4 });
    expect(levels.get('comma')).toEqual({ above: 4, below: NaN, listed: 1 });
  });

  it('says what it does not know', () => {
    const say = (...findings: Finding[]) => chanceSentence(chanceLevels(findings).get('space')!, 'space');
    expect(say(three[0], three[2])).toBe(
      'The mark: 3.00, the smallest effect that is above chance (q of at most 0.05) ' +
        'among the 2 listed for space. The largest that is not: 0.200.',
    );
    expect(say(three[0])).toContain('so that chance ends there or below');
    expect(say(three[2])).toBe('None of the 1 listed for space is above chance (q of at most 0.05).');
  });
});

it('several recordings have effect and q each, and the second less the first where that is asked for', () => {
  const rows = rowsOf([listed(three[0]), listed({ ...three[0], effect: 5 })], [], '');
  const two = tableColumns(2, true, 'epoch');
  const group = (id: string) => two.find((column) => column.id === id)?.group;
  expect(['unit', 'effect0', 'q0', 'effect1', 'q1', 'gain'].map(group)).toEqual(['identity', 0, 0, 1, 1, 'difference']);
  const text = (id: string, row = rows[0]) => two.find((column) => column.id === id)!.text(row);
  expect(['feature', 'quantity', 'unit', 'effect0', 'q0', 'effect1', 'q1', 'gain'].map((id) => text(id))).toEqual([
    'space',
    'forget gate',
    '1',
    '+3.00',
    '0.001',
    '+5.00',
    '0.001',
    '+2.00',
  ]);
  expect(text('q0', rowsOf([listed(), listed()], [pinOf(three[0], '')], '')[0])).toBe('–');
});
