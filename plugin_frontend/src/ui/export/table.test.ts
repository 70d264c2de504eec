import { describe, expect, it } from 'vitest';
import type { ExportTable } from './export-table.ts';
import { csvOf, npyOf } from './table.ts';

const table: ExportTable = {
  kind: 'table',
  name: 'findings',
  columns: [
    { name: 'feature', values: ['a,"b"', '=1+1', 'plain'] },
    { name: 'effect', values: Float32Array.of(0.5, NaN, -2) },
    { name: 'q', values: [0.1, null, 3e-9] },
  ],
};
const matrix: ExportTable = {
  kind: 'matrix',
  name: 'heatmap',
  rowNames: ['0', '1'],
  columnNames: ['x', 'y', 'z'],
  row: (r) => Float32Array.of(r, r + 0.5, NaN),
};

describe('a table', () => {
  it('is CSV with what is missing left empty, quotes doubled and formulas harmless', () => {
    expect(csvOf(table)).toBe('feature,effect,q\r\n"a,""b""",0.5,0.1\r\n\'=1+1,,\r\nplain,-2,3e-9\r\n');
  });

  it('is an array of its numeric columns', () => {
    const { shape, dtype, values } = read(npyOf(table));
    expect([dtype, shape]).toEqual(['<f8', [3, 2]]);
    expect([...values]).toEqual([0.5, 0.1, NaN, NaN, -2, 3e-9]);
  });
});

describe('a matrix', () => {
  it('is CSV with names at both edges', () => {
    expect(csvOf(matrix)).toBe(',x,y,z\r\n0,0,0.5,\r\n1,1,1.5,\r\n');
  });

  it('is an array row by row', () => {
    const { shape, dtype, values } = read(npyOf(matrix));
    expect([dtype, shape]).toEqual(['<f4', [2, 3]]);
    expect([...values]).toEqual([0, 0.5, NaN, 1, 1.5, NaN]);
  });
});

/** Reader after the description in `numpy.lib.format`. */
function read(bytes: Uint8Array<ArrayBuffer>) {
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 78, 85, 77, 80, 89, 1, 0]);
  const length = bytes[8] + 256 * bytes[9];
  expect((10 + length) % 64).toBe(0);
  const head = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  expect(head.endsWith('\n')).toBe(true);
  const dtype = /'descr': '(.+?)'/.exec(head)![1];
  const shape = /'shape': \((.+?)\)/.exec(head)![1].split(', ').map(Number);
  const data = bytes.slice(10 + length).buffer;
  return { dtype, shape, values: dtype === '<f4' ? new Float32Array(data) : new Float64Array(data) };
}
