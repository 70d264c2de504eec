import { effect, signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { Client } from '../data/client.ts';
import type { Index } from '../data/types.ts';
import { index, probe } from './fixtures.ts';
import type { Loadable } from './loadable.ts';
import { overviewOf } from './overview.ts';

const settled = () => new Promise((done) => setTimeout(done, 5));

it('a run is read while somebody watches it, and anew only when this run has changed', async () => {
  const asked: string[] = [];
  const client = new Client('', async (url) => {
    asked.push(url);
    return new Response(JSON.stringify({ steps: [] }));
  });
  const around = { client, index: signal<Loadable<Index>>({ state: 'ready', value: index }) };
  const row = overviewOf(around, 'old', 'novel');
  expect(overviewOf(around, 'old', 'novel')).toBe(row);
  await settled();
  expect(asked).toEqual([]);

  const stop = effect(() => void row.digests.value);
  await settled();
  expect(asked).toEqual(['digest?run=old&probe=novel&since=none&whole=100&most=100&before=none']);

  const change = (run: string, steps: number[]) => ({
    ...index,
    runs: index.runs.map((info) => (info.run === run ? { ...info, probes: [probe('novel', steps)] } : info)),
  });
  around.index.value = { state: 'ready', value: change('new', [0, 1, 5, 6]) };
  await settled();
  expect(asked.length).toBe(1);
  around.index.value = { state: 'ready', value: change('old', [0, 1, 2, 3]) };
  await settled();
  expect(asked.length).toBe(2);
  stop();
});
