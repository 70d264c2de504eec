import { sequenceAt } from '../../data/sequences.ts';
import type { Projection } from '../../data/states.ts';
import type { TokenText } from '../../data/types.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { PointColors } from './state-colors.ts';

/** Every state with its token, sequence, components and colour. */
export function statesTable(
  { method, tokens, points, components, prediction, classes }: Projection,
  text: TokenText | null,
  colors: PointColors,
  name: string,
): ExportTable {
  const indices = Array.from(tokens.keys());
  const columns = Array.from({ length: components }, (_, k) => ({
    name: `${method === 'tsne' ? 't-SNE' : 'component'} ${k + 1}`,
    values: indices.map((i) => (Number.isFinite(points[i * components + k]) ? points[i * components + k] : null)),
  }));
  return {
    kind: 'table',
    name,
    columns: [
      { name: 'token', values: Array.from(tokens) },
      { name: 'sequence', values: indices.map((i) => sequenceAt(text?.lengths ?? [], tokens[i])[0]) },
      ...(text && !text.signal
        ? [{ name: 'word', values: indices.map((i) => text.table[text.tokens[tokens[i]]] ?? '') }]
        : []),
      ...columns,
      ...(prediction && classes
        ? [{ name: 'prediction', values: indices.map((i) => classes[prediction[i]] ?? null) }]
        : []),
      { name: colors.title || 'colour', values: indices.map((i) => colors.valueOf(tokens[i], i)) },
    ],
  };
}
