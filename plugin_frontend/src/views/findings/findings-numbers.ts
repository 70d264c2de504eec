import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Finding } from '../../data/types.ts';
import { strongestLag } from '../../ui/draw/response-line.ts';
import { useOf } from '../../state/finding-context.ts';
import type { Row } from './rows.ts';

const MEASURES: readonly (readonly [name: string, of: (h: Finding) => number | string | null | undefined])[] = [
  ['count', ({ count }) => count],
  ['score', ({ score }) => score],
  ['relevance', ({ relevance }) => relevance],
  ['effect', ({ effect }) => effect],
  ['auc', ({ auc }) => auc],
  ['q', ({ q }) => q],
  ['family_p', ({ p_family }) => p_family],
  ['exact_p', ({ p_exact }) => p_exact],
  ['controlled', ({ partial }) => partial?.effect],
  ['response', ({ response }) => response?.label],
  ['lag', ({ response }) => response && strongestLag(response)?.lag],
  ['peak_frequency', ({ peak }) => peak?.frequency],
  ['peak_q', ({ peak }) => peak?.q],
  ['coherence', ({ peak }) => peak?.coherence],
  ['use', (h) => useOf(h)],
  ['causal', ({ ablation }) => ablation?.effect],
  ['causal_low', ({ ablation }) => ablation?.low],
  ['causal_high', ({ ablation }) => ablation?.high],
];

/** The table as numbers: a row a finding; of several recordings, a group of columns each. */
export function findingsExportTable(rows: readonly Row[], letters: readonly string[]): ExportTable {
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
      ...letters.flatMap((letter, recording) =>
        MEASURES.map(([name, of]) =>
          column(
            letters.length > 1 ? `${name} ${letter}` : name,
            ({ found }) => found[recording] && of(found[recording]),
          ),
        ),
      ),
      column('since', ({ began }) => began?.step),
    ],
  };
}
