import { expect, it } from 'vitest';
import { ChunkedMatrix } from './matrix.ts';

const MANY = 2 ** 20;

const matrix = (columns: number, code: number) =>
  new ChunkedMatrix(20, columns, [
    {
      units: [0, 20],
      tokens: [0, columns],
      scale: new Float32Array(20).fill(0.5),
      codes: new Int8Array(20 * columns).fill(code),
    },
  ]);

it('a row is decoded once, for each matrix by itself', () => {
  const [a, b] = [matrix(3, 2), matrix(3, 4)];
  expect(a.row(1)).toBe(a.row(1));
  expect([[...a.row(1)], [...b.row(1)]]).toEqual([
    [1, 1, 1],
    [2, 2, 2],
  ]);
});

it('what all matrices keep decoded has a limit', () => {
  const few = matrix(3, 2);
  const row = few.row(0);
  const large = matrix(MANY, 1);
  for (let unit = 0; unit < 5; unit++) large.row(unit);
  expect(few.row(0), 'used last before 20 MB').toBe(row);
  for (let unit = 0; unit < 10; unit++) large.row(unit);
  expect(few.row(0), 'used last before 40 MB').not.toBe(row);
  expect([...few.row(0)]).toEqual([...row]);
});
