import type { ExportTable } from '../../ui/export/export-table.ts';
import { exportColumns } from './columns.ts';
import type { Row } from './finding-rows.ts';

/** Findings as numbers: a row per finding, a group of columns per recording. */
export const findingsExportTable = (rows: readonly Row[], letters: readonly string[]): ExportTable => ({
  kind: 'table',
  name: 'findings',
  columns: exportColumns(letters).map(({ id, value }) => ({ name: id, values: rows.map(value) })),
});
