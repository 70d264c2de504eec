import type { ExportTable } from '../../ui/export/export-table.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { findingsOfUnit } from './report-findings.ts';

/** Export table of a unit: a line per number with chart, series, position, value. */
export function unitTable(store: ViewContext, recording: ComparedRecording): ExportTable | null {
  const selection = store.selection.peek();
  if (!selection) return null;
  const { data } = recording;
  const rows: [part: string, of: string, at: string | number, value: number | null][] = [];
  const add = (part: string, of: string, at: string | number, value: number) =>
    rows.push([part, of, at, Number.isFinite(value) ? value : null]);
  for (const h of findingsOfUnit(store, recording)) {
    add('link', h.feature, 'effect', h.effect);
    add('link', h.feature, 'q', h.q);
    h.response?.mean.forEach((value, i, { length }) => add('response', h.feature, i - (length - 1) / 2, value));
    if (h.ablation)
      for (const name of ['effect', 'low', 'high'] as const) add('ablation', h.feature, name, h.ablation[name]);
  }
  const unit = data.unit.peek();
  const spectrum = valueOrStale(data.spectrum.peek());
  if (spectrum && unit >= 0 && unit < spectrum.matrix.rows)
    spectrum.matrix.row(unit).forEach((value, b) => add('spectrum', selection.quantity, spectrum.frequency[b], value));
  const life = valueOrStale(data.unitHistory.peek());
  for (const feature of life?.features ?? []) {
    life!.steps.forEach((step, i) => {
      add('life effect', feature, step, life!.effect(feature)[i]);
      add('life q', feature, step, life!.q(feature)[i]);
    });
  }
  const activity = valueOrStale(data.unitOf(selection.quantity).peek());
  if (activity && unit >= 0 && unit < activity.matrix.rows)
    activity.matrix.row(unit).forEach((value, t) => add('activity', selection.quantity, t, value));
  if (!rows.length) return null;
  const column = (name: string, i: 0 | 1 | 2 | 3) => ({ name, values: rows.map((row) => row[i]) });
  return {
    kind: 'table',
    name: `${selection.layer}-${selection.quantity}-${unit}`,
    columns: [column('part', 0), column('of', 1), column('at', 2), column('value', 3)],
  };
}
