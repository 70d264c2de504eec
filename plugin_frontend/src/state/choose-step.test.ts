import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { chooseStep } from './choose-step.ts';
import { testCompared, testRecording, testStore } from './test-store.ts';

it.each([
  [0, { step: 7 }],
  [1, { compare: { run: 'run 1', step: 7 } }],
  [
    3,
    {
      more: [
        { run: 'run 2', step: 2 },
        { run: 'run 3', step: 7 },
      ],
    },
  ],
])('a step is chosen of the recording that shows it: %i', (series, change) => {
  const more = [2, 3].map((i) => ({ run: `run ${i}`, step: i }));
  const store = testStore({ selection: { more } });
  const data = testRecording({ ref: signal({ run: `run ${series}`, probe: 'p', step: 0 }) });
  chooseStep(store, testCompared(data, series), 7);
  expect(store.select).toHaveBeenCalledExactlyOnceWith(change);
});
