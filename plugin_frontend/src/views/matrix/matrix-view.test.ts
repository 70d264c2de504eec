import { signal } from '@preact/signals-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeMatrixSummary } from '../../data/matrix-wire.ts';
import type { NamedMatrix } from '../../data/named-matrix.ts';
import type { Index } from '../../data/types.ts';
import { probe } from '../../state/fixtures.ts';
import { ready, testCompared, testRecording, testStore, testText } from '../../state/test-store.ts';
import { panelIn, renderedText } from '../../test-setup.ts';
import type { Legend } from '../../ui/legend.ts';
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
/** View of recordings A and B, whose matrices and tokens of the target may differ. */
async function compare(
  mode: 'overlay' | 'difference',
  { values = [0.25, 0.25, 0.5, 0, 0, 1], tokens = ['x', 'y', 'z'], matrices = [INFO] } = {},
) {
  const recordingOf = (run: string, series: number, own: NamedMatrix, target: readonly string[]) =>
    testCompared(
      testRecording({
        ref: signal({ run, probe: 'dates', step: 5 }),
        text: ready(testText(target, { lengths: [2, 1] })),
        textOf: () => ready(testText(['a', 'b', 'c', 'd'], { lengths: [3, 1] })),
        matrixOf: () => ready(own),
        matrixSummary: () => ready(summary),
      }),
      series,
      `${'AB'[series]} · ${run}`,
    );
  const recordings = [
    recordingOf('r', 0, matrix, ['x', 'y', 'z']),
    recordingOf('s', 1, { ...matrix, values: Float32Array.from(values) }, tokens),
  ];
  const run = (name: string, own: readonly (typeof INFO)[]) => ({
    run: name,
    name,
    wallTime: 1,
    probes: [{ ...target, matrices: own }, source],
  });
  const index = ready<Index>({ runs: [run('r', [INFO]), run('s', matrices)], notices: [] });
  const store = testStore({ index, selection: { probe: 'dates', step: 5 }, comparedRecordings: recordings });
  const view = document.createElement('rv-matrix-view') as MatrixView;
  Object.assign(view, { store, recordings, mode });
  document.body.append(view);
  await view.updateComplete;
  const root = view.shadowRoot!;
  return { view, root, canvases: [...root.querySelectorAll<MatrixCanvas>('rv-matrix-canvas')] };
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
    expect(renderedText(root.querySelector('.readout'))).toBe('target 1 y · source 1 b · 1.00');
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

  it('has heads that are counted from 1', async () => {
    const { root } = await show({ link: { matrixhead: '1' } });
    const options = [...root.querySelectorAll('label')].find((label) => label.textContent!.includes('head'))!;
    expect([...options.querySelectorAll('option')].map(({ value, text }) => [value, text])).toEqual([
      ['mean', 'mean'],
      ['0', '1'],
      ['1', '2'],
    ]);
    expect(root.querySelector<Legend>('rv-colors')!.what).toBe('attention, head 2 of 2');
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
    expect(renderedText(root.querySelector('.readout'))).toBe('target 0 x');
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

describe('compared matrices', () => {
  it('are one picture of the difference, with the values of both in the read-out', async () => {
    const { canvases, root, view } = await compare('difference');
    expect(canvases.length).toBe(1);
    const { values, colors } = canvases[0].model!;
    expect(Array.from(values)).toEqual([-0.25, 0, 0.25, 0, -1, 1]);
    expect([colors.low, colors.high]).toEqual([-1, 1]);
    expect(root.querySelector<Legend>('rv-colors')!.what).toBe('attention, mean of heads, B − A');
    point(canvases[0], 0, 2);
    await view.updateComplete;
    expect(renderedText(root.querySelector('.readout'))).toBe(
      'target 0 x · source 2 c · A 0.250 · B 0.500 · B − A 0.250',
    );
    const lines = root.querySelector<LineChart>('rv-line-chart')!.chart!.lines;
    expect(lines.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('stand side by side under one scale when they are overlaid', async () => {
    const { canvases, root, view } = await compare('overlay', { values: [2, 0, 0, 0, 0, 0] });
    expect(canvases.map(({ model }) => model!.colors.high)).toEqual([2, 2]);
    expect([...root.querySelectorAll('.label')].map((label) => renderedText(label))).toEqual(['A · r', 'B · s']);
    point(canvases[1], 0, 0);
    await view.updateComplete;
    expect(renderedText(root.querySelector('.readout'))).toBe('target 0 x · source 0 a · A 0.500 · B 2.00');
    expect(canvases.map(({ pointed }) => pointed)).toEqual(Array(2).fill({ row: 0, column: 0 }));
  });

  it('have no difference if their rows are different tokens', async () => {
    const { canvases, root } = await compare('difference', { tokens: ['x', 'q', 'z'] });
    expect(canvases.length).toBe(0);
    expect(renderedText(panelIn(root))).toBe('A and B have different rows: a difference needs the same rows.');
  });

  it('leave a recording without this matrix a reason', async () => {
    const { canvases, root } = await compare('overlay', { matrices: [] });
    expect(canvases.length).toBe(1);
    expect(renderedText(panelIn(root))).toContain('This recording has no matrix attention.');
  });

  it('export a column for each recording and for the difference', async () => {
    const { view } = await compare('difference');
    const table = view.exportTable();
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.columns.map(({ name }) => name)).toEqual(['row', 'column', 'A', 'B', 'B − A']);
    expect(table.columns.map(({ values }) => values[2])).toEqual(['x', 'c', 0.25, 0.5, 0.25]);
  });
});

it('the other side of a pair shows the matrices of the pair', async () => {
  const matrixOfAxis = vi.fn(() => ready(matrix));
  const recording = testCompared(
    testRecording({
      ref: signal({ run: 'r', probe: 'dates/source', step: 5 }),
      text: ready(testText(['a', 'b', 'c', 'd'], { lengths: [3, 1] })),
      textOf: () => ready(testText(['x', 'y', 'z'], { lengths: [2, 1] })),
      matrixOfAxis,
      matrixSummary: () => ready(summary),
    }),
  );
  const probes = [{ ...target, matrices: [INFO] }, source];
  const index = ready<Index>({ runs: [{ run: 'r', name: 'r', wallTime: 1, probes }], notices: [] });
  const store = testStore({ index, selection: { probe: 'dates/source', step: 5 }, comparedRecordings: [recording] });
  const view = document.createElement('rv-matrix-view') as MatrixView;
  Object.assign(view, { store, recordings: [recording], mode: 'single' });
  document.body.append(view);
  await view.updateComplete;
  expect(matrixOfAxis).toHaveBeenCalledWith('dates', 'attention', 0, 'mean');
  const canvas = view.shadowRoot!.querySelector<MatrixCanvas>('rv-matrix-canvas')!;
  expect([canvas.model!.rowNames, canvas.model!.columnNames]).toEqual([
    ['x', 'y'],
    ['a', 'b', 'c'],
  ]);
  point(canvas, 1, 2);
  expect(store.hoverOver).toHaveBeenCalledWith({ token: 2, partner: 1 });
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
      ['head 1', 'head 2', 'mean'],
      ['head 1', 'head 2', 'mean'],
      ['head 1', 'head 2', 'uniform', 'mean'],
    ]);
    expect(Array.from(charts[1].lines.at(-1)!.values)).toEqual([0.5, 1]);
    expect(charts[0].now).toEqual([{ stop: 5 }]);
  });
});

it('a probe without matrices is told how to get some', async () => {
  const { root } = await show({ matrices: [] });
  expect(renderedText(panelIn(root))).toContain('rv.sow_matrix("weights", weights)');
});
