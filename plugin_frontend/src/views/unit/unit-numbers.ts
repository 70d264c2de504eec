import type { Numbers } from '../../ui/export/export-table.ts';
import { shown, type Side, type Store } from '../../state/store.ts';
import { linksOf } from './report-findings.ts';

/** Everything that is drawn of a unit, one number a line: which picture it is in, of what, where along it, and how much. */
export function unitNumbers(store: Store, side: Side): Numbers | null {
  const selection = store.selection.peek();
  if (!selection) return null;
  const { sources } = side;
  const rows: [part: string, of: string, at: string | number, value: number | null][] = [];
  const add = (part: string, of: string, at: string | number, value: number) =>
    rows.push([part, of, at, Number.isFinite(value) ? value : null]);
  for (const h of linksOf(store, side)) {
    add('link', h.feature, 'effect', h.effect);
    add('link', h.feature, 'q', h.q);
    h.response?.mean.forEach((value, i, { length }) => add('response', h.feature, i - (length - 1) / 2, value));
    if (h.causal)
      for (const name of ['effect', 'low', 'high'] as const) add('ablation', h.feature, name, h.causal[name]);
  }
  const unit = sources.unit.peek();
  const spectrum = shown(sources.spectrum.peek());
  if (spectrum && unit >= 0 && unit < spectrum.matrix.rows)
    spectrum.matrix.row(unit).forEach((value, b) => add('spectrum', selection.quantity, spectrum.frequency[b], value));
  const life = shown(sources.life.peek());
  for (const feature of life?.features ?? []) {
    life!.steps.forEach((step, i) => {
      add('life effect', feature, step, life!.effect(feature)[i]);
      add('life q', feature, step, life!.q(feature)[i]);
    });
  }
  const activity = shown(sources.unitOf(selection.quantity).peek());
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
