import { expect, it, vi } from 'vitest';
import { Missing, type Matrix } from '../../data/types.ts';
import { MOST_CLUSTERED } from '../../ui/draw/cluster.ts';
import { Similarity, whyNotClustered } from './similarity.ts';

const matrixOf = (rows: number, row: (unit: number) => Float32Array): Matrix => ({
  rows,
  columns: 40,
  scale: new Float32Array(rows),
  codes: null,
  row,
  missing: () => Missing.No,
});
const wave = (unit: number) => Float32Array.from({ length: 40 }, (_, t) => (unit % 2 ? Math.sin(t) : Math.cos(3 * t)));

it('is found while the page rests: nothing is there at once, and the order later', async () => {
  const similarity = new Similarity();
  similarity.want(matrixOf(6, wave));
  expect([similarity.order.value, similarity.working.value]).toEqual([null, true]);
  await vi.waitFor(() => expect(similarity.working.value).toBe(false));
  const kinds = [...similarity.order.value!].map((unit) => unit % 2);
  expect(kinds.slice(1).filter((kind, i) => kind !== kinds[i])).toHaveLength(1);
});

it('asks for each row once, also where the same is wanted again', async () => {
  const similarity = new Similarity();
  const row = vi.fn(wave);
  const matrix = matrixOf(6, row);
  similarity.want(matrix);
  similarity.want(matrix);
  await vi.waitFor(() => expect(similarity.working.value).toBe(false));
  similarity.want(matrix);
  expect(row).toHaveBeenCalledTimes(6);
});

it('gives up what is no longer wanted', async () => {
  const similarity = new Similarity();
  similarity.want(matrixOf(6, wave));
  similarity.stop();
  await new Promise((done) => setTimeout(done, 30));
  expect([similarity.order.value, similarity.working.value]).toEqual([null, false]);
});

it('too many units are not ordered, and it is said', () => {
  const similarity = new Similarity();
  similarity.want(matrixOf(MOST_CLUSTERED + 1, wave));
  expect([similarity.working.value, whyNotClustered(MOST_CLUSTERED + 1), whyNotClustered(MOST_CLUSTERED)]).toEqual([
    false,
    'up to 512 units',
    null,
  ]);
});
