import { expect, it, vi } from 'vitest';
import { Client } from './client.ts';
import { continuedFrom, expandSteps } from './continued.ts';
import { decodeMatrixSummary } from './matrix-wire.ts';
import { requestIndex } from './requests.ts';
import { decodeScalars, requestScalars } from './scalars.ts';
import { decodeUnitHistory } from './unit-history.ts';
import { decodeUnitSeries } from './unit-series.ts';

const never = new AbortController().signal;

it('continues the steps up to the one that an answer is after', () => {
  expect(continuedFrom({ after: 2 }, [0, 1, 2, 3])).toBe(3);
  expect(continuedFrom({ after: -1 }, [-1, 0])).toBe(1);
  expect(continuedFrom({ after: null }, [0, 1])).toBe(0);
  expect(continuedFrom({}, undefined)).toBe(0);
  expect(() => continuedFrom({ after: 2 }, undefined)).toThrow('was not read');
});

const series = (after: number | null, steps: number[]) => ({
  runs: [
    { run: 'r', name: 'r', tags: [{ tag: 'loss', after, steps, values: steps, wall_times: steps.map((s) => s + 10) }] },
  ],
  hparams: [],
});

it('appends points of scalars, and drops those that were written again or are gone', () => {
  const first = decodeScalars(series(null, [0, 1, 2]));
  const points = (scalars = first) => [...scalars.runs[0].tags[0].steps];
  expect(points(decodeScalars(series(2, [3]), first))).toEqual([0, 1, 2, 3]);
  expect(points(decodeScalars(series(0, [1]), first))).toEqual([0, 1]);
  expect(points(decodeScalars(series(1, []), first))).toEqual([0, 1]);
  expect(points(decodeScalars(series(null, [0]), first))).toEqual([0]);
});

it('asks for what is new since the last answer, and for everything of another run', async () => {
  const answers = [series(null, [0, 1]), series(1, [2]), series(null, [5])].map((answer, i) => ({
    ...answer,
    cursor: `a-${i}:0`,
  }));
  const fetch = vi.fn(async () => new Response(JSON.stringify(answers[fetch.mock.calls.length - 1])));
  const client = new Client('', fetch);
  await client.get(requestScalars('r'), never);
  const { runs } = await client.get(requestScalars('r'), never);
  expect([...runs[0].tags[0].values]).toEqual([0, 1, 2]);
  await client.get(requestScalars('s'), never);
  const urls = fetch.mock.calls.map((call) => (call as unknown[])[0]);
  expect(urls).toEqual(['scalars?run=r&since=none', 'scalars?run=r&since=a-0%3A0', 'scalars?run=s&since=none']);
});

it('joins the steps of a probe in the index', async () => {
  const probe = (after: number | null, steps: number[]) => ({
    cursor: 'a-1:0',
    runs: [{ run: 'r', name: 'r', probes: [{ probe: 'p', after, steps, written: steps, explained: steps }] }],
  });
  const answers = [probe(null, [0, 1]), probe(1, [2]), probe(0, [1])];
  const fetch = vi.fn(async () => new Response(JSON.stringify(answers[fetch.mock.calls.length - 1])));
  const client = new Client('', fetch);
  const ask = async () => (await client.get(requestIndex(), never)).runs[0].probes[0];
  expect((await ask()).steps).toEqual([0, 1]);
  expect(await ask()).toMatchObject({ steps: [0, 1, 2], written: [0, 1, 2], explained: [0, 1, 2] });
  expect(await ask()).toMatchObject({ steps: [0, 1], written: [0, 1], explained: [0, 1] });
});

it('reads steps as ranges, and the times of the last of them', async () => {
  expect(expandSteps([[0, 3, 1], 7, [10, 2, 5]])).toEqual([0, 1, 2, 7, 10, 15]);
  for (const wrong of [
    [0, 0, 1],
    [0, 2, 0],
    [0, 2, 1, 1],
    [0, 2 ** 30, 1],
    ['0', 1, 1],
  ])
    expect(() => expandSteps([wrong])).toThrow();
  const probes = [{ probe: 'p', after: null, generation: 'a-1', steps: [[0, 4, 2]], written: [8, 9] }];
  const answer = { cursor: 'a-1:0', runs: [{ run: 'r', name: 'r', probes }] };
  const client = new Client('', async () => Response.json(answer));
  const [probe] = (await client.get(requestIndex(), never)).runs[0].probes;
  expect(probe).toMatchObject({ steps: [0, 2, 4, 6], written: [NaN, NaN, 8, 9], generation: 'a-1' });
});

it('joins the life of a unit, and the numbers of a matrix', () => {
  const life = (after: number | null, steps: number[], left: number[] = []) => ({
    ...{ unit: 3, after, steps, features: ['space', 'digit'], left_out: left },
    ...{ effect: [steps, steps.map((step) => -step)], q: [steps.map(() => null), steps] },
  });
  const first = decodeUnitHistory(life(null, [0, 2], [1]));
  const joined = decodeUnitHistory(life(2, [3]), first);
  expect(joined).toMatchObject({ steps: [0, 2, 3], leftOut: [1] });
  expect([[...joined.effect('digit')], [...joined.q('space')]]).toEqual([
    [-0, -2, -3],
    [NaN, NaN, NaN],
  ]);
  expect(decodeUnitHistory(life(null, [5]), joined)).toMatchObject({ steps: [5], leftOut: [] });

  const summary = (after: number | null, steps: number[]) => ({
    ...{ after, steps, statistics: { entropy: steps.map((step) => [step, step + 1]) } },
  });
  const heads = decodeMatrixSummary(summary(2, [3]), decodeMatrixSummary(summary(null, [0, 2])));
  expect([heads.steps, [...heads.get('entropy', 1)]]).toEqual([
    [0, 2, 3],
    [1, 3, 4],
  ]);
});

async function units(after: number | null, steps: number[], count = 2): Promise<ArrayBuffer> {
  const header = { version: 1, kind: 'units', steps, rows: ['low', 'high'], units: count, after, cursor: 'a-1:0' };
  const values = Float32Array.from(steps.flatMap((step) => Array.from({ length: 2 * count }, (_, i) => 10 * step + i)));
  const stream = new Blob([values]).stream().pipeThrough(new CompressionStream('deflate'));
  const blobs = [
    new TextEncoder().encode(JSON.stringify(header)),
    new Uint8Array(await new Response(stream).arrayBuffer()),
  ];
  const lengths = Uint32Array.of(blobs.length, ...blobs.map(({ length }) => length));
  return new Blob([lengths, ...blobs] as BlobPart[]).arrayBuffer();
}

it('joins numbers of units, and keeps the series while nothing is new', async () => {
  const { value: first, cursor } = await decodeUnitSeries(await units(null, [0, 2]));
  expect(cursor).toBe('a-1:0');
  const { value } = await decodeUnitSeries(await units(2, [3]), first);
  expect(value.steps).toEqual([0, 2, 3]);
  expect([0, 2, 3].map((step) => [...value.get(step, 'high')])).toEqual([
    [2, 3],
    [22, 23],
    [32, 33],
  ]);
  expect(value.get(1, 'high')).toHaveLength(0);
  expect((await decodeUnitSeries(await units(3, []), value)).value).toBe(value);
  expect((await decodeUnitSeries(await units(null, [7]), value)).value.steps).toEqual([7]);
  await expect(decodeUnitSeries(await units(3, [4], 3), value)).rejects.toThrow('other units');
});
