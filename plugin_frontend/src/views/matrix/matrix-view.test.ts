import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeMatrixSummary } from '../../data/matrix-wire.ts';
import type { NamedMatrix } from '../../data/named-matrix.ts';
import type { Index } from '../../data/types.ts';
import { probe } from '../../state/fixtures.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { panelIn, renderedText } from '../../test-setup.ts';
import type { LineChart } from '../../ui/charts/line-chart.ts';
import type { AttentionLines } from './attention-lines.ts';
import type { MatrixCanvas } from './matrix-canvas.ts';
import './matrix-view.ts';
import type { MatrixView } from './matrix-view.ts';

const matrix: NamedMatrix = {
  name: 'attention',
  sequence: 0,
  head: null,
  heads: 2,
  sequences: 2,
  recorded: [2, 2, 3],
  rows: { axis: 'target', size: 2, length: 2, names: null },
  columns: { axis: 'source', size: 3, length: 3, names: null },
  values: Float32Array.from([0.5, 0.25, 0.25, 0, 1, 0]),
};
const summary = decodeMatrixSummary({
  steps: [0, 5],
  statistics: {
    entropy: [
      [0.9, 0.7],
      [0.4, 0.2],
    ],
    monotonicity: [
      [null, 0.5],
      [1, 1],
    ],
    diagonal_mass: [
      [0.2, 0.2],
      [0.6, 0.8],
    ],
    diagonal_chance: [
      [0.2, 0.2],
      [0.2, 0.2],
    ],
  },
});
const INFO = { matrix: 'attention', rows: 'target', columns: 'source', heads: 2 };
const target = probe('dates', [0, 5], { stepsOf: 'target', matrices: [INFO] });
const source = probe('dates/source', [0, 5], { stepsOf: 'source', parent: 'dates' });

async function show({
  link = {},
  matrices = [INFO],
}: { link?: Record<string, string>; matrices?: (typeof INFO)[] } = {}) {
  const matrixOf = vi.fn(() => ready(matrix));
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'dates', step: 5 }),
      text: ready(testText(['x', 'y', 'z'], { lengths: [2, 1] })),
      textOf: () => ready(testText(['a', 'b', 'c', 'd'], { lengths: [3, 1] })),
      matrixOf,
      matrixSummary: () => ready(summary),
    }),
  );
  const probes = [{ ...target, matrices }, source];
  const index = ready<Index>({ runs: [{ run: 'r', name: 'r', wallTime: 1, probes }], notices: [] });
  const store = testStore({ index, link, selection: { probe: 'dates', step: 5 }, comparedRecordings: [recording] });
  const view = document.createElement('rv-matrix-view') as MatrixView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  return { view, root, store, matrixOf, canvas: () => root.querySelector<MatrixCanvas>('rv-matrix-canvas')! };
}
const point = (element: Element, row: number | null, column: number | null) =>
  element.dispatchEvent(new CustomEvent('rv-point', { detail: { row, column } }));

afterEach(() => document.body.replaceChildren());

describe('the matrix', () => {
  it('has the tokens of target and source on its sides', async () => {
    const { canvas, matrixOf } = await show();
    expect(matrixOf).toHaveBeenCalledWith('attention', 0, 'mean');
    const { rowNames, columnNames, colors } = canvas().model!;
    expect([rowNames, columnNames]).toEqual([
      ['x', 'y'],
      ['a', 'b', 'c'],
    ]);
    expect([colors.low, colors.high]).toEqual([0, 1]);
  });

  it('reads out the cell that is pointed at, and points at its token elsewhere', async () => {
    const { canvas, root, store, view } = await show();
    point(canvas(), 1, 1);
    await view.updateComplete;
    expect(renderedText(root.querySelector('.readout'))).toBe('row 1 y · column 1 b · 1.00');
    expect(store.hoverOver).toHaveBeenCalledWith({ token: 1, partner: 1 });
    point(canvas(), null, null);
    expect(store.hoverOver).toHaveBeenLastCalledWith({ token: null, partner: null });
  });

  it('points at the row of a token that is pointed at elsewhere', async () => {
    const { canvas, store, view } = await show();
    store.hover.value = { ...store.hover.value, token: 1 };
    await view.updateComplete;
    expect(canvas().pointed).toEqual({ row: 1, column: null });
    store.hover.value = { ...store.hover.value, token: 2 };
    await view.updateComplete;
    expect(canvas().pointed).toEqual({ row: null, column: null });
  });

  it('is of the head and the sequence of the link, as far as they exist', async () => {
    expect((await show({ link: { matrixhead: '1', matrixsequence: '1' } })).matrixOf).toHaveBeenCalledWith(
      'attention',
      1,
      1,
    );
    expect((await show({ link: { matrixhead: '7', matrixsequence: 'x' } })).matrixOf).toHaveBeenCalledWith(
      'attention',
      0,
      'mean',
    );
  });

  it('is drawn as curves between two lines', async () => {
    const { root, view } = await show({ link: { matrixdrawing: 'curves' } });
    const lines = root.querySelector<AttentionLines>('rv-attention-lines')!;
    await lines.updateComplete;
    expect(lines.shadowRoot!.querySelectorAll('.curve').length).toBe(4);
    expect(renderedText(lines.shadowRoot!.querySelector('svg'))).toBe('a b c x y');
    point(lines, 0, null);
    await view.updateComplete;
    await lines.updateComplete;
    expect(lines.shadowRoot!.querySelectorAll('.curve.other').length).toBe(1);
    expect(renderedText(root.querySelector('.readout'))).toBe('row 0 x');
  });

  it('exports its cells with the names of both sides', async () => {
    const { view } = await show();
    const table = view.exportTable();
    if (table?.kind !== 'matrix') throw new Error('no matrix');
    expect([table.rowNames, table.columnNames, [...table.row(1)]]).toEqual([
      ['x', 'y'],
      ['a', 'b', 'c'],
      [0, 1, 0],
    ]);
  });
});

describe('the numbers of a matrix', () => {
  it('are drawn over the steps, the mean before the heads, beside uniform weights', async () => {
    const { root } = await show();
    const charts = [...root.querySelectorAll<LineChart>('rv-line-chart')].map(({ chart }) => chart!);
    expect(charts.map(({ label }) => label)).toEqual([
      'Entropy over epochs',
      'Monotonicity over epochs',
      'Diagonal mass over epochs',
    ]);
    expect(charts.map(({ lines }) => lines.map(({ name }) => name))).toEqual([
      ['head 0', 'head 1', 'mean'],
      ['head 0', 'head 1', 'mean'],
      ['head 0', 'head 1', 'uniform', 'mean'],
    ]);
    expect(Array.from(charts[1].lines.at(-1)!.values)).toEqual([0.5, 1]);
    expect(charts[0].now).toEqual([{ stop: 5 }]);
  });
});

it('a probe without matrices is told how to get some', async () => {
  const { root } = await show({ matrices: [] });
  expect(renderedText(panelIn(root))).toContain('rv.sow_matrix("weights", weights)');
});
