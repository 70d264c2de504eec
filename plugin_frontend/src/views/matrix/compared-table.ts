import type { ExportTable } from '../../ui/export/export-table.ts';
import { comparedValues, type MatrixModel } from './matrix-model.ts';

/** Table of compared matrices: a line a cell, a column a recording. */
export function comparedTable(name: string, models: readonly MatrixModel[]): ExportTable {
  const [{ rows, columns, rowNames, columnNames }] = models;
  const cells = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const);
  return {
    kind: 'table',
    name,
    columns: [
      { name: 'row', values: cells.map(([row]) => rowNames[row]) },
      { name: 'column', values: cells.map(([, column]) => columnNames[column]) },
      ...comparedValues(models).map((of) => ({
        name: of.letter,
        values: cells.map(([row, column]) =>
          row < of.rows && column < of.columns ? of.values[row * of.columns + column] : NaN,
        ),
      })),
    ],
  };
}
