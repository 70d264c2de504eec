import type { ExportTable } from '../../ui/export/export-table.ts';
import { unitOfRow } from '../../ui/draw/heatmap-picture.ts';
import { keyOf, stackedAt } from './gate-stack.ts';
import { tokenAt } from './heatmap-columns.ts';
import type { Model } from './heatmap-model.ts';

/**
 * Export table of the heatmap.
 * Rows are in the order on screen, stacked quantities first, as are columns.
 */
export function heatmapNumbers(
  { picture, stack, rows, groups, matrix, tokens, columns }: Model,
  name: string,
): ExportTable {
  const units = rows
    ? Array.from({ length: rows }, (_, row) => unitOfRow(picture, row))
    : [...new Set(groups.flatMap((group) => group.units))].filter((unit) => unit >= 0);
  const keys = [...stack.map((_, index) => keyOf(index)), ...units];
  return {
    kind: 'matrix',
    name,
    rowNames: keys.map((key) => (key < 0 ? stackedAt(stack, key)!.quantity : `unit ${key}`)),
    columnNames: Array.from({ length: columns }, (_, column) =>
      `${tokenAt(tokens, column)} ${picture.axis.kind === 'tokens' ? picture.axis.label(column) : ''}`.trim(),
    ),
    row(r) {
      const values = keys[r] < 0 ? stackedAt(stack, keys[r])!.values : matrix.row(keys[r]);
      return Float32Array.from({ length: columns }, (_, column) => values?.[tokenAt(tokens, column)!] ?? NaN);
    },
  };
}
