import { describe, expect, it } from 'vitest';
import { Missing, type Activity, type Matrix, type Relevance, type TokenText } from '../../data/types.ts';
import { makeColormap } from '../../draw/colormap.ts';
import type { Selection } from '../../state/store.ts';
import { barRange, buildModel, counted, difference, whyNotComparable, type Model, type Sources } from './heatmap-model.ts';
import type { HeatmapOptions } from './heatmap-options.ts';

const matrixOf = (rows: number[][]): Matrix => {
  const values = rows.map((row) => Float32Array.from(row));
  return {
    rows: rows.length,
    columns: rows[0].length,
    scale: new Float32Array(rows.length).fill(1),
    codes: null,
    row: (r) => values[r],
    missing: (r, c) => (Number.isNaN(values[r][c]) ? Missing.Masked : Missing.No),
  };
};
const textOf = (...words: string[]): TokenText => ({
  lengths: [words.length], labels: null, table: [...new Set(words)], tokens: Uint32Array.from(words, (word) => [...new Set(words)].indexOf(word)), generated: false,
  promptTokens: 0, probability: null, target: null, expected: null, expectedProbability: null, expectedCount: 0, masks: new Map(),
});
const activity: Activity = { matrix: matrixOf([[0, 1, 2, 3], [4, 5, 6, 7]]), lengths: [3, 1] };
const relevance: Relevance = { features: ['space'], statistics: ['relevance'], units: 2, get: () => Float32Array.of(0.2, 1) };
const a: Sources = { activity, text: textOf('It', ' ', 'was', '\n'), mask: Uint8Array.of(0, 1, 0, 1), relevance };
const none: Sources = { activity: null, text: null, mask: null, relevance: null };
const selection: Selection = { run: 'r', step: 0, compare: null, probe: 'p', layer: 'lstm', quantity: 'hidden_state', unit: 1, feature: 'space' };
const options: HeatmapOptions = { columns: 'matches', order: 'number', rows: 'readable', statistic: 'relevance', side: 'a' };
const colors = makeColormap({ low: -1, high: 1, diverging: true });
const differences = makeColormap({ low: -2, high: 2, diverging: true });
const build = (change: Partial<HeatmapOptions> = {}, own = a, other = none) =>
  buildModel(own, other, selection, null, colors, differences, { ...options, ...change });
const model = (...args: Parameters<typeof build>) => build(...args) as Model;
const labels = ({ picture, columns }: Model) =>
  Array.from({ length: columns }, (_, place) => (picture.axis.kind === 'tokens' ? picture.axis.label(place) : ''));

describe('columns', () => {
  it('are the tokens where the feature matches, named with visible white space', () => {
    const drawn = model();
    expect([drawn.columns, labels(drawn), drawn.note]).toEqual([2, ['␣', '⏎'], null]);
    expect([drawn.tokenAt(1), drawn.placeOf(3), drawn.placeOf(2)]).toEqual([3, 1, null]);
  });

  it('are all tokens on request, with the sequences marked', () => {
    const drawn = model({ columns: 'all' });
    expect(drawn.columns).toBe(4);
    expect(drawn.picture.axis).toMatchObject({ counts: 'token', starts: [0, 3] });
    expect([drawn.placeOf(2), drawn.placeOf(4)]).toEqual([2, null]);
  });

  it('are all tokens, and it is said why, where nothing matches or the log does not tell', () => {
    expect(model({}, { ...a, mask: new Uint8Array(4) }).note).toBe('“space” matches no token: all tokens are shown.');
    expect(model({}, { ...a, mask: null }).note).toContain('not in the log');
    expect(model({}, { ...a, mask: new Uint8Array(9) }).columns).toBe(4);
  });

  it('are named by number without a text', () => {
    expect(labels(model({}, { ...a, text: null }))).toEqual(['1', '3']);
  });
});

describe('rows', () => {
  it('follow the statistic on request', () => {
    expect(model().picture.units).toBeNull();
    expect([...model({ order: 'statistic' }).picture.units!]).toEqual([1, 0]);
  });

  it('have no bars where the log has no relevance', () => {
    expect(model({}, { ...a, relevance: null }).picture.bars).toBeNull();
    expect(model({ order: 'statistic' }, { ...a, relevance: null }).picture.units).toBeNull();
  });
});

describe('two recordings', () => {
  const b: Sources = { ...a, activity: { ...activity, matrix: matrixOf([[1, 1, 2, NaN], [4, 5, 6, 9]]) } };

  it('are subtracted cell by cell, B minus A, in colours of their own', () => {
    const drawn = model({ side: 'difference' }, a, b);
    expect([...drawn.picture.values(0)]).toEqual([1, 0, 0, NaN]);
    expect(drawn.matrix.missing(0, 3)).toBe(Missing.Masked);
    expect(drawn.colors).toBe(differences);
  });

  it('can be looked at one after the other', () => {
    expect([...model({ side: 'b' }, a, b).picture.values(1)]).toEqual([4, 5, 6, 9]);
  });

  it('are not subtracted where units or tokens are not the same', () => {
    expect(build({ side: 'difference' }, a, none)).toBe('Nothing is recorded for B.');
    const smaller = matrixOf([[1, 2, 3, 4]]);
    expect(whyNotComparable(activity.matrix, smaller, null, null)).toBe('A has 2 units and B has 1: a difference needs the same units.');
    expect(whyNotComparable(smaller, matrixOf([[1]]), null, null)).toContain('A has 4 tokens and B has 1');
    expect(whyNotComparable(smaller, smaller, a.text, textOf('It', ' ', 'is', '\n'))).toContain('different texts');
    expect(whyNotComparable(smaller, smaller, a.text, textOf('It', ' ', 'was', '\n'))).toBeNull();
  });
});

it('says that nothing is recorded', () => {
  expect(build({}, none)).toBe('Nothing is recorded here.');
});

it('difference computes a row once', () => {
  const rows = difference(activity.matrix, activity.matrix);
  expect(rows.row(0)).toBe(rows.row(0));
});

it('barRange is fixed for relevance, from 0 up, or the same to both sides', () => {
  expect(barRange(Float32Array.of(0.1), 'relevance')).toEqual({ low: 0, high: 1 });
  expect(barRange(Float32Array.of(0.5, 2, NaN), 'score')).toEqual({ low: 0, high: 2 });
  expect(barRange(Float32Array.of(-3, 2), 'effect')).toEqual({ low: -3, high: 3 });
  expect(barRange(Float32Array.of(0), 'score')).toEqual({ low: 0, high: 1 });
});

it('counted says how many of what', () => {
  expect([counted(1, 'unit'), counted(2000, 'match', 'matches')]).toEqual(['1 unit', '2,000 matches']);
});
