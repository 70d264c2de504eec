import { describe, expect, it } from 'vitest';
import { WireError } from './json.ts';
import { decodeMatrixSummary, decodeNamedMatrix } from './matrix-wire.ts';
import { container, deflate } from './test-container.ts';

async function answer(values: readonly number[], changes: object = {}): Promise<ArrayBuffer> {
  const side = { axis: 'tokens', first: 0, size: 2, length: 1, names: null };
  const header = {
    version: 1,
    kind: 'matrix',
    matrix: 'attention',
    sequence: 0,
    head: null,
    heads: 2,
    sequences: 1,
    recorded: [1, 2, 2],
    rows: { ...side, end: 1 },
    columns: { ...side, end: 2, names: ['a', 'b'] },
    ...changes,
  };
  return container(new TextEncoder().encode(JSON.stringify(header)), await deflate(Float32Array.from(values)));
}

describe('decoder of a matrix', () => {
  it('reads values, sides and heads', async () => {
    const matrix = await decodeNamedMatrix(await answer([0.25, 0.75]));
    expect([...matrix.values]).toEqual([0.25, 0.75]);
    expect([matrix.rows.size, matrix.columns.names, matrix.heads, matrix.head]).toEqual([1, ['a', 'b'], 2, null]);
  });

  it('refuses sizes that do not fit', async () => {
    await expect(decodeNamedMatrix(await answer([1]))).rejects.toThrow(WireError);
    const columns = { axis: '', first: 3, end: 1, length: 0, names: null };
    await expect(decodeNamedMatrix(await answer([1], { columns }))).rejects.toThrow(WireError);
    await expect(decodeNamedMatrix(await answer([1], { columns: { end: 2 ** 40, first: 0 } }))).rejects.toThrow();
  });
});

it('a summary has a mean over the heads that have a number', () => {
  const summary = decodeMatrixSummary({
    steps: [0, 1],
    statistics: {
      entropy: [
        [0.5, null],
        [0.25, 0.75],
      ],
    },
  });
  expect([...summary.get('entropy', 'mean')]).toEqual([0.5, 0.5]);
  expect([...summary.get('entropy', 1)]).toEqual([NaN, 0.75]);
  expect([summary.heads, summary.get('none', 0).length]).toEqual([2, 0]);
});
