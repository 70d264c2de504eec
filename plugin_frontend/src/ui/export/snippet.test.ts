import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import { testCompared, testRecording, testSelection } from '../../state/test-store.ts';
import { snippetOf } from './snippet.ts';

const recording = (series: number, run: string, step: number, unit: number) =>
  testCompared(testRecording({ ref: signal({ run, probe: 'my "novel"', step }), unit: signal(unit) }), series);
const selection = testSelection({ unit: 5 });

it('loads every recording that is shown, as Python writes its words', () => {
  expect(snippetOf([recording(0, 'run1/rnnviz', 7, 5), recording(1, 'rnnviz', 2, 9)], selection, '/logs/all/'))
    .toBe(`import tb_rnnviz as rv

a = rv.load("/logs/all/run1", probe="my \\"novel\\"", step=7)
a_activity = a["lstm"]["hidden_state"][..., 5]  # (sequences, steps)
b = rv.load("/logs/all", probe="my \\"novel\\"", step=2)
b_activity = b["lstm"]["hidden_state"][..., 9]  # (sequences, steps)
`);
});
