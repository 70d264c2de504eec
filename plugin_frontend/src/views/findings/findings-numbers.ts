import type { Numbers } from '../../ui/export/export-table.ts';
import type { Hypothesis } from '../../data/types.ts';
import { strongestLag } from '../../ui/draw/response-line.ts';
import { useOf } from '../../state/finding-context.ts';
import type { Row } from './rows.ts';

const MEASURES: readonly (readonly [name: string, of: (h: Hypothesis) => number | string | null | undefined])[] = [
  ['count', ({ count }) => count],
  ['score', ({ score }) => score],
  ['relevance', ({ relevance }) => relevance],
  ['effect', ({ effect }) => effect],
  ['auc', ({ auc }) => auc],
  ['q', ({ q }) => q],
  ['family_p', ({ family }) => family],
  ['exact_p', ({ exact }) => exact],
  ['controlled', ({ controlled }) => controlled],
  ['response', ({ response }) => response?.label],
  ['lag', ({ response }) => response && strongestLag(response)?.lag],
  ['peak_frequency', ({ peak }) => peak?.frequency],
  ['peak_q', ({ peak }) => peak?.q],
  ['coherence', ({ peak }) => peak?.coherence],
  ['use', (h) => useOf(h)],
  ['causal', ({ causal }) => causal?.effect],
  ['causal_low', ({ causal }) => causal?.low],
  ['causal_high', ({ causal }) => causal?.high],
];

/** The table as numbers: a row a finding; of several recordings, a group of columns each. */
export function findingsNumbers(rows: readonly Row[], letters: readonly string[]): Numbers {
  const column = (name: string, of: (row: Row) => number | string | null | undefined) => ({
    name,
    values: rows.map((row) => of(row) ?? null),
  });
  return {
    kind: 'table',
    name: 'findings',
    columns: [
      column('feature', ({ pin }) => pin.feature),
      column('layer', ({ pin }) => pin.layer),
      column('quantity', ({ pin }) => pin.quantity),
      column('unit', ({ pin }) => pin.unit),
      column('pinned', ({ pinned }) => Number(pinned)),
      ...letters.flatMap((letter, side) =>
        MEASURES.map(([name, of]) =>
          column(letters.length > 1 ? `${name} ${letter}` : name, ({ found }) => found[side] && of(found[side])),
        ),
      ),
      column('since', ({ began }) => began?.step),
    ],
  };
}
