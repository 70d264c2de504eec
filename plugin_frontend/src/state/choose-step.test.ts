import { signal } from '@preact/signals-core';
import { expect, it, vi } from 'vitest';
import { chooseStep } from './choose-step.ts';
import type { ComparedRecording, Store } from './store.ts';

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
  const select = vi.fn();
  const more = [2, 3].map((i) => ({ run: `run ${i}`, step: i }));
  const store = { select, selection: signal({ more }) } as unknown as Store;
  chooseStep(store, { series, data: { ref: signal({ run: `run ${series}` }) } } as unknown as ComparedRecording, 7);
  expect(select).toHaveBeenCalledExactlyOnceWith(change);
});
