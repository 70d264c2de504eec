import { signal } from '@preact/signals-core';
import { expect, it, vi } from 'vitest';
import { chooseStep } from './choose-step.ts';
import type { Side, Store } from './store.ts';

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
  chooseStep(store, { series, sources: { place: signal({ run: `run ${series}` }) } } as unknown as Side, 7);
  expect(select).toHaveBeenCalledExactlyOnceWith(change);
});
