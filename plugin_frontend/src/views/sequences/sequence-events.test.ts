import { expect, it } from 'vitest';
import { predictions, sequenceEvents } from './sequence-events.ts';
import { STEPS } from './sequence-fixtures.ts';

it('a step is an event if the state jumps, a probability changes, or the prediction does', () => {
  expect(sequenceEvents(STEPS, { jump: 0.4, change: 0.3 })).toEqual([
    { step: 1, jump: true, change: 0.5, from: 1, to: 0 },
  ]);
  const every = sequenceEvents(STEPS, { jump: 0.1, change: 0.1 });
  expect(every.map(({ step, jump, to }) => [step, jump, to])).toEqual([
    [0, true, null],
    [1, true, 0],
    [2, true, null],
  ]);
  expect(every[2].change).toBeCloseTo(0.1);
});

it('a step that was not read is no change', () => {
  const probability = [[0.4, 0.6], [NaN, NaN], [0.8, 0.2]]; // prettier-ignore
  expect(predictions({ probability })).toEqual([1, -1, 0]);
  expect(sequenceEvents({ probability, distance: [NaN, NaN, NaN] }, { jump: 0, change: 0 })).toEqual([]);
});
