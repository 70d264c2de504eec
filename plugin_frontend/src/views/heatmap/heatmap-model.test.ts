import { describe, expect, it } from 'vitest';
import { Missing, type Activity, type Matrix } from '../../data/types.ts';
import { makeColormap } from '../../state/colormap.ts';
import { rankColors, rankOf } from '../../ui/draw/heatmap-cells.ts';
import { keyOf, type StackedRow } from './gate-stack.ts';
import { chooseColumns } from './heatmap-columns.ts';
import { buildModel, pluralizeAs, stackCells, unitCells, type Model, type Parts } from './heatmap-model.ts';
import { heatmapNumbers } from './heatmap-numbers.ts';
import { testText } from '../../state/test-store.ts';

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
const activity: Activity = {
  matrix: matrixOf([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]),
  lengths: [3, 1],
};
const colors = makeColormap({ low: -8, high: 8, diverging: true });
const colorsOf = () => colors;
const gates = makeColormap({ low: 0, high: 1, diverging: false });
const stacked = (quantity: string, values: number[] | null): StackedRow => ({
  quantity,
  label: quantity,
  gate: true,
  colors: gates,
  activity: { state: 'loading', stale: null },
  values: values && Float32Array.from(values),
});

function model(change: Partial<Parts> = {}, mask: Uint8Array | null = Uint8Array.of(0, 1, 0, 1)): Model {
  const columns = chooseColumns(mask, 4, 'space', mask ? 'matches' : 'all');
  const stack = change.stack ?? [];
  return buildModel({
    activity,
    whole: true,
    text: testText(['It', ' ', 'was', '\n']),
    columns,
    cells: unitCells(activity, columns, colorsOf),
    colorsOf,
    groups: [{ units: [1], suggested: [1] }],
    order: null,
    chosen: 1,
    bars: [],
    stack,
    stackCells: stackCells(stack, columns),
    ...change,
  });
}
const labels = ({ picture, columns }: Model) =>
  Array.from({ length: columns }, (_, column) => (picture.axis.kind === 'tokens' ? picture.axis.label(column) : ''));

describe('a model', () => {
  it('has the columns where the feature matches, named with visible white space', () => {
    expect([model().columns, labels(model())]).toEqual([2, ['␣', '⏎']]);
    expect([...model().picture.cells.codes(1, 0)]).toEqual([5, 7].map((value) => rankOf(rankColors(colors, 0), value)));
  });

  it('marks the sequences where all tokens stand', () => {
    expect(model({}, null).picture.axis).toMatchObject({ counts: 'token', starts: [0, 3] });
    expect(model().picture.axis).toMatchObject({ counts: 'match', starts: [] });
  });

  it('names columns by number without a text', () => {
    expect(labels(model({ text: null }))).toEqual(['1', '3']);
  });

  it('says token and value of a cell, in letters that read on its colour', () => {
    expect(model().picture.words(1, 0)).toEqual({ name: '␣', value: '+5.00', ink: colors.ink[colors.index(5)] });
    expect(model().picture.words(1, 99)).toBeNull();
  });

  it('has no list where only some units are read', () => {
    expect([model().rows, model({ whole: false }).rows]).toEqual([2, 0]);
  });
});

describe('quantities of one unit', () => {
  const drawn = model({ stack: [stacked('forget_gate', [0, 0.5, 0, 1]), stacked('input_gate', null)] });

  it('stand over the units, each on its own limits, on the same columns', () => {
    expect(drawn.groups.map(({ units }) => units)).toEqual([[keyOf(0), keyOf(1)], [1]]);
    expect([...drawn.picture.cells.codes(keyOf(0), 0)]).toEqual(
      [0.5, 1].map((value) => rankOf(rankColors(gates, 0.5), value)),
    );
    expect(drawn.picture.shades(keyOf(0)).words).toEqual(rankColors(gates, 0.5).words);
    expect(drawn.picture.shades(1).words).toEqual(rankColors(colors, 0).words);
    expect([drawn.picture.label(keyOf(0)), drawn.picture.label(1)]).toEqual(['forget_gate', '1']);
  });

  it('are not there until they are, and pretend nothing', () => {
    expect(drawn.picture.cells.codes(keyOf(1), 0)).toHaveLength(0);
    expect(drawn.picture.words(keyOf(1), 0)).toBeNull();
  });
});

it('numbers are the rows in their order over the columns, quantities first', () => {
  const numbers = heatmapNumbers(
    model({ order: Uint32Array.of(1, 0), stack: [stacked('forget_gate', [0, 0.5, 0, 1])] }),
    'n',
  );
  if (numbers.kind !== 'matrix') throw new Error('a matrix expected');
  expect([numbers.rowNames, numbers.columnNames]).toEqual([
    ['forget_gate', 'unit 1', 'unit 0'],
    ['1 ␣', '3 ⏎'],
  ]);
  expect([0, 1, 2].map((row) => [...numbers.row(row)])).toEqual([
    [0.5, 1],
    [5, 7],
    [1, 3],
  ]);
});

it('counted says how many of what', () => {
  expect([pluralizeAs(1, 'unit'), pluralizeAs(2000, 'match', 'matches')]).toEqual(['1 unit', '2,000 matches']);
});
