import { describe, expect, it } from 'vitest';
import { DECISIONS, HISTORY } from './sequence-fixtures.ts';
import {
  arrangeRows,
  confusionOf,
  nextOrder,
  orderWord,
  parseOrder,
  sequenceRows,
  textTest,
  type SequenceFilter,
} from './sequence-rows.ts';

const ALL: SequenceFilter = { wrong: false, label: null, prediction: null, text: '', regex: false };
const rows = sequenceRows(DECISIONS, HISTORY, ['a b c', 'B c', 'd', 'c+']);
const numbers = (filter: Partial<SequenceFilter>, order = '') =>
  arrangeRows(rows, { ...ALL, ...filter }, parseOrder(order)).map(({ sequence }) => sequence);

describe('the rows', () => {
  it('tell what is right, and leave it open without a label', () => {
    expect(rows.map(({ right }) => right)).toEqual([true, false, null, true]);
    expect(rows[0]).toMatchObject({ length: 3, decision: 1, firstLearned: 0, forgotten: 2, text: 'a b c' });
  });

  it('lack the history and the text until they are there', () => {
    const [row] = sequenceRows(DECISIONS, null, null);
    expect(row).toMatchObject({ firstLearned: null, forgotten: NaN, text: '' });
  });

  it('are filtered by what is wrong, by class and by text', () => {
    expect(numbers({ wrong: true })).toEqual([1]);
    expect(numbers({ label: 1 })).toEqual([1, 3]);
    expect(numbers({ label: 1, prediction: 1 })).toEqual([3]);
    expect(numbers({ text: 'b C' })).toEqual([0, 1]);
    expect(numbers({ text: 'c+' })).toEqual([3]);
    expect(numbers({ text: '^b|d$', regex: true })).toEqual([1, 2]);
  });

  it('are not filtered by an expression that is not valid', () => {
    expect(textTest({ text: '(', regex: true })).toBeNull();
    expect(numbers({ text: '(', regex: true })).toEqual([0, 1, 2, 3]);
  });

  it('are sorted both ways, those without a value last', () => {
    expect(numbers({}, 'decision.up')).toEqual([1, 2, 0, 3]);
    expect(numbers({}, 'decision')).toEqual([0, 1, 2, 3]);
    expect(numbers({}, 'firstLearned')).toEqual([3, 0, 1, 2]);
    expect(numbers({}, 'text.up')).toEqual([0, 1, 3, 2]);
    expect(numbers({}, 'right.up')).toEqual([1, 0, 3, 2]);
  });
});

describe('the order', () => {
  it('is ascending, descending, none, one press after the other', () => {
    const first = nextOrder(null, 'length');
    const second = nextOrder(first, 'length');
    expect([orderWord(first), orderWord(second), nextOrder(second, 'length')]).toEqual(['length.up', 'length', null]);
    expect(orderWord(nextOrder(first, 'text'))).toBe('text.up');
  });

  it('of an unknown column is none', () => {
    expect([parseOrder('x'), parseOrder('')]).toEqual([null, null]);
  });
});

it('the confusion matrix counts sequences with a label', () => {
  expect(confusionOf(DECISIONS)).toEqual([1, 0, 1, 1]);
});
