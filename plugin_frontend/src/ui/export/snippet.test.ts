import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import type { Selection } from '../../state/selection.ts';
import type { ComparedRecording } from '../../state/compared-recording.ts';
import { snippetOf } from './snippet.ts';

const recording = (letter: string, run: string, step: number, unit: number) =>
  ({
    letter,
    data: { ref: signal({ run, probe: 'my "novel"', step }), unit: signal(unit) },
  }) as unknown as ComparedRecording;
const selection = { layer: 'lstm', quantity: 'hidden_state', unit: 5 } as Selection;

it('loads every recording that is shown, as Python writes its words', () => {
  expect(snippetOf([recording('A', 'run1/rnnviz', 7, 5), recording('B', 'rnnviz', 2, 9)], selection, '/logs/all/'))
    .toBe(`import tb_rnnviz as rv

a = rv.load("/logs/all/run1", probe="my \\"novel\\"", step=7)
a_activity = a["lstm"]["hidden_state"][..., 5]  # (sequences, steps)
b = rv.load("/logs/all", probe="my \\"novel\\"", step=2)
b_activity = b["lstm"]["hidden_state"][..., 9]  # (sequences, steps)
`);
});
