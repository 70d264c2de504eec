import { describe, expect, it } from 'vitest';
import type { NamedMatrix } from '../data/named-matrix.ts';
import { chosenMatrix, matrixColors, unmasked } from './named-matrices.ts';

const side = (size: number, length = size) => ({ axis: 'tokens', size, length, names: null });
const matrix = (values: readonly number[], rows = side(2), columns = side(3)): NamedMatrix => ({
  name: 'attention',
  sequence: 0,
  head: null,
  heads: null,
  sequences: 1,
  recorded: [1, 2, 3],
  rows,
  columns,
  values: Float32Array.from(values),
});

describe('values of a matrix', () => {
  it('end where the rest is masked', () => {
    const { values, rows, columns } = unmasked(matrix([1, 2, 3, 4, 5, 6], side(2, 1), side(3, 2)));
    expect([[...values], rows.size, columns.size]).toEqual([[1, 2], 1, 2]);
    const whole = matrix([1, 2, 3, 4, 5, 6]);
    expect(unmasked(whole)).toBe(whole);
  });

  it('have colours from 0, or to both sides if one is negative', () => {
    const { low, high } = matrixColors([Float32Array.from([0.2, NaN])], 0.5, false, false);
    expect([low, high]).toEqual([0, 0.5]);
    expect(matrixColors([Float32Array.from([1]), Float32Array.from([-1, 1])], 1, false, false).low).toBe(-1);
    expect(matrixColors([Float32Array.from([0])], 0, true, false).low).toBe(-1);
  });

  it('are of the matrix that was named, or the first', () => {
    const info = (name: string) => ({ matrix: name, rows: '', columns: '', heads: null });
    expect(chosenMatrix([info('a'), info('b')], 'b')?.matrix).toBe('b');
    expect(chosenMatrix([info('a'), info('b')], 'c')?.matrix).toBe('a');
    expect(chosenMatrix([], 'a')).toBe(null);
  });
});
