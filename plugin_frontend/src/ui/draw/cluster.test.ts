import { describe, expect, it } from 'vitest';
import { cluster, MOST_CLUSTERED, sampleColumns } from './cluster.ts';

/** Numbers that look random and are the same every time. */
function noise(seed: number) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 1073741823.5 - 1;
}
const rowsOf = (count: number, columns: number, make: (row: number, column: number) => number) =>
  Array.from({ length: count }, (_, row) => Float32Array.from({ length: columns }, (_, column) => make(row, column)));
const changes = (labels: readonly number[]) => labels.slice(1).filter((label, i) => label !== labels[i]).length;

describe('cluster', () => {
  it('brings planted blocks together, however they were mixed', () => {
    const random = noise(7);
    const blocks = rowsOf(6, 200, () => random());
    const rows = rowsOf(60, 200, (row, column) => blocks[row % 6][column] + 0.5 * random());
    const order = [...cluster(rows)];
    expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, row) => row));
    expect(changes(order.map((row) => row % 6))).toBe(5);
  });

  it('takes what moves the other way for something else', () => {
    const rows = rowsOf(8, 50, (row, column) => (row % 2 ? -1 : 1) * Math.sin(column));
    expect(changes([...cluster(rows)].map((row) => row % 2))).toBe(1);
  });

  it('does not care for scale or offset, only for shape', () => {
    const rows = rowsOf(
      6,
      64,
      (row, column) => (row + 1) * (row < 3 ? Math.sin(column) : Math.cos(2 * column)) + 10 * row,
    );
    expect(changes([...cluster(rows)].map((row) => Number(row < 3)))).toBe(1);
  });

  it('lets a chain stand in its order', () => {
    const rows = rowsOf(9, 90, (row, column) => Math.exp(-(((column - 9 * row - 9) / 9) ** 2)));
    const shuffled = [4, 0, 8, 2, 6, 1, 5, 3, 7];
    const order = [...cluster(shuffled.map((row) => rows[row]))].map((index) => shuffled[index]);
    expect(order.slice(1).filter((row, i) => Math.abs(row - order[i]) === 1).length).toBeGreaterThanOrEqual(6);
  });

  it('gives every row of noise once, the same way each time', () => {
    const rows = rowsOf(100, 40, noise(3));
    expect(new Set(cluster(rows)).size).toBe(100);
    expect([...cluster(rows)]).toEqual([...cluster(rows)]);
  });

  it('holds for one row, none, constant rows, and rows of which nothing is there', () => {
    expect([...cluster([])]).toEqual([]);
    expect([...cluster(rowsOf(1, 3, () => 1))]).toEqual([0]);
    expect([...cluster(rowsOf(5, 3, (row) => (row ? 2 : NaN)))].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it(`orders ${MOST_CLUSTERED} rows, the most that are clustered`, () => {
    const random = noise(5);
    const rows = rowsOf(MOST_CLUSTERED, sampleColumns(1e6).length, () => random());
    expect(new Set(cluster(rows)).size).toBe(MOST_CLUSTERED);
  });
});

it('places are sampled over everything, each once, in order', () => {
  const places = [...sampleColumns(100_000, 100)];
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  expect([places.length, places[0] < 1000, places[99] >= 99_000]).toEqual([100, true, true]);
  expect([...sampleColumns(3)]).toEqual([0, 1, 2]);
  expect(changes(places.map((index, i) => index - 1000 * i))).toBeGreaterThan(90);
});
