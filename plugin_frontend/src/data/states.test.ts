import { expect, it } from 'vitest';
import { WireError } from './json.ts';
import { container, deflate } from './test-container.ts';
import { decodeLinearProbe, decodeProjection, decodeStateGeometry } from './states-wire.ts';

const HEADER = {
  version: 1,
  kind: 'projection',
  method: 'pca',
  units: 3,
  states: 9,
  points: 2,
  components: 2,
  missing: 1,
  fitted: [{ run: 'a', steps: [0, 7] }],
  fitted_states: 18,
  explained: [0.5, 0.25],
  explained_here: [null, null],
  low: [-1, -2],
  high: [1, 2],
  classes: ['no', 'yes'],
};

async function answer(header: object): Promise<ArrayBuffer> {
  return container(
    new TextEncoder().encode(JSON.stringify(header)),
    await deflate(Uint32Array.of(0, 4)),
    await deflate(Float32Array.of(1, 2, NaN, NaN)),
    await deflate(Int16Array.of(1, -1)),
  );
}

it('decodes a projection', async () => {
  const projection = await decodeProjection(await answer(HEADER));
  expect([...projection.tokens]).toEqual([0, 4]);
  expect([...projection.points]).toEqual([1, 2, NaN, NaN]);
  expect([...projection.prediction!]).toEqual([1, -1]);
  expect(projection.fitted).toEqual([{ run: 'a', steps: [0, 7] }]);
  expect(projection.explainedHere).toEqual([NaN, NaN]);
});

it('refuses a projection whose parts do not fit', async () => {
  await expect(decodeProjection(await answer({ ...HEADER, points: 3 }))).rejects.toThrow(WireError);
  await expect(decodeProjection(await answer({ ...HEADER, low: [1] }))).rejects.toThrow('2 axes');
  await expect(decodeProjection(await answer({ ...HEADER, kind: 'text' }))).rejects.toThrow(WireError);
});

it('decodes the geometry of states and a linear probe', () => {
  const [entry] = decodeStateGeometry({
    states: [
      {
        ...{ layer: 'lstm', quantity: 'hidden_state', units: 4, states: 5, all_states: 9 },
        ...{ dimension: null, components: 0, spread: 0, speed: 0 },
      },
    ],
  });
  expect([entry.allStates, entry.dimension, entry.components]).toEqual([9, NaN, 0]);
  const probe = decodeLinearProbe({ target: 'digit', states: 5, unit: 3, unit_score: 0.7, classes: null });
  expect([probe.classes, probe.unitScore, probe.score]).toEqual([null, 0.7, NaN]);
});
