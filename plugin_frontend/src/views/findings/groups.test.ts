import { describe, expect, it } from 'vitest';
import { finding } from '../../state/fixtures.ts';
import type { Finding } from '../../data/types.ts';
import { rowsOf } from './finding-rows.ts';
import { groupRows, hasRow, restLabel, type Grouping } from './groups.ts';
import { keyOf, pinOf } from './pins.ts';

const state = (feature: string, unit: number, more: Partial<Finding> = {}) =>
  finding({ feature, unit, quantity: 'cell_state', ...more });
const gate = (feature: string, unit: number, quantity = 'forget_gate') => finding({ feature, unit, quantity });

const rows = (findings: readonly Finding[], pinned: readonly Finding[] = []) =>
  rowsOf(
    [{ findings, digests: [], besides: [] }],
    pinned.map((one) => pinOf(one, '')),
    '',
  );

/** Groups as text: the lead, the others, and gates in brackets. */
const groups = (findings: readonly Finding[], grouping: Grouping, pinned: readonly Finding[] = []) =>
  groupRows(rows(findings, pinned), grouping).map(({ lead, rest }) =>
    [lead, ...rest]
      .map(({ row, gates }) => {
        const under = gates.map(({ pin }) => pin.quantity).join();
        return `${row.pin.feature} ${row.pin.unit}${under && ` (${under})`}`;
      })
      .join(', '),
  );

describe('groups of findings', () => {
  const findings = [
    state('comment', 3),
    state('string', 5),
    state('comment', 4),
    state('string', 3),
    state('digit', 9),
  ];

  it('have the strongest finding of each feature first, in the order of the list', () => {
    expect(groups(findings, 'feature')).toEqual(['comment 3, comment 4', 'string 5, string 3', 'digit 9']);
  });

  it('have every feature of a unit', () => {
    expect(groups(findings, 'unit')).toEqual(['comment 3, string 3', 'string 5', 'comment 4', 'digit 9']);
  });

  it('tell units of different layers apart', () => {
    const other = state('string', 3, { layer: 'gru' });
    expect(groups([...findings, other], 'unit')).toHaveLength(5);
  });

  it('are single findings if flat', () => {
    expect(groups([gate('comment', 3), ...findings], 'flat')).toHaveLength(6);
  });

  it('leave pinned findings alone on top', () => {
    expect(groups(findings, 'feature', [findings[2]])).toEqual([
      'comment 4',
      'comment 3',
      'string 5, string 3',
      'digit 9',
    ]);
  });

  it('are not folded if there is one alone', () => {
    expect(groups([state('comment', 3), state('comment', 4)], 'feature')).toEqual(['comment 3', 'comment 4']);
  });

  it('have gates and candidates under the state of the same layer, unit and feature', () => {
    const all = [
      gate('comment', 3),
      state('comment', 4),
      state('comment', 3),
      gate('comment', 3, 'candidate'),
      gate('comment', 7),
    ];
    expect(groups([...all, state('digit', 3), gate('digit', 4)], 'feature')).toEqual([
      'comment 4, comment 3 (forget_gate,candidate), comment 7',
      'digit 3, digit 4',
    ]);
  });

  it('have gates under the first of two states', () => {
    const all = [
      state('comment', 3),
      gate('comment', 3),
      finding({ feature: 'comment', unit: 3, quantity: 'hidden_state' }),
    ];
    expect(groups(all, 'feature')).toEqual(['comment 3 (forget_gate)', 'comment 3']);
  });

  it.each<[Grouping, Finding[], string]>([
    ['feature', [state('a', 1), state('a', 2), state('b', 1)], '+ 1 more unit'],
    ['feature', [state('a', 1), state('a', 2), state('a', 3), state('b', 1)], '+ 2 more units'],
    [
      'feature',
      [state('a', 1), finding({ feature: 'a', unit: 1, quantity: 'hidden_state' }), state('b', 1)],
      '+ 1 more finding',
    ],
    ['unit', [state('a', 1), state('b', 1), state('b', 2)], '+ 1 more feature'],
  ])('say how many are folded by %s', (grouping, findings, label) => {
    expect(restLabel(groupRows(rows(findings), grouping)[0], grouping)).toBe(label);
  });

  it('know the rows that are in them, gates among them', () => {
    const [{ lead, rest }] = groupRows(rows([state('a', 1), state('a', 2), gate('a', 2), state('b', 1)]), 'feature');
    expect(hasRow(rest, keyOf(gate('a', 2)))).toBe(true);
    expect(hasRow(rest, lead.row.key)).toBe(false);
  });
});
