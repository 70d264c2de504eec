import type { SettingValue } from '../../state/settings.ts';
import { isState } from '../../state/finding-context.ts';
import type { Row } from './finding-rows.ts';

export type Grouping = SettingValue<'findingsgroups'>;

/** Finding with those of gates and candidates of the same layer, unit and feature. */
export interface FoldedRow {
  readonly row: Row;
  readonly gates: readonly Row[];
}

/** Findings of one feature or of one unit, in the order of the list. */
export interface Group {
  readonly key: string;
  /** The row that stands for the group. */
  readonly lead: FoldedRow;
  readonly rest: readonly FoldedRow[];
}

/**
 * Groups of findings in the order of their first rows.
 * Pinned rows stand alone. A group that has no other beside it is not folded.
 */
export function groupRows(rows: readonly Row[], grouping: Grouping): readonly Group[] {
  if (grouping === 'flat') return rows.map((row) => alone({ row, gates: [] }));
  const byKey = new Map<string, FoldedRow[]>();
  for (const folded of foldGates(rows.filter(({ pinned }) => !pinned))) {
    const { feature, layer, unit } = folded.row.pin;
    const key = JSON.stringify(grouping === 'feature' ? [feature] : [layer, unit]);
    const group = byKey.get(key);
    if (group) group.push(folded);
    else byKey.set(key, [folded]);
  }
  const pinned = rows.filter((row) => row.pinned).map((row) => alone({ row, gates: [] }));
  if (byKey.size === 1) return [...pinned, ...[...byKey.values()].flat().map(alone)];
  return [...pinned, ...[...byKey].map(([key, [lead, ...rest]]) => ({ key, lead, rest }))];
}

const alone = (lead: FoldedRow): Group => ({ key: lead.row.key, lead, rest: [] });

/** Gates and candidates under the first state of the same layer, unit and feature. */
function foldGates(rows: readonly Row[]): FoldedRow[] {
  const gatesByState = new Map<string, Row[]>();
  const unitKey = ({ pin: { feature, layer, unit } }: Row) => JSON.stringify([feature, layer, unit]);
  for (const row of rows)
    if (isState(row.pin.quantity) && !gatesByState.has(unitKey(row))) gatesByState.set(unitKey(row), []);
  const listed = rows.filter((row) => {
    const gates = isState(row.pin.quantity) ? undefined : gatesByState.get(unitKey(row));
    gates?.push(row);
    return !gates;
  });
  const claimed = new Set<string>();
  return listed.map((row) => {
    const unit = unitKey(row);
    if (!isState(row.pin.quantity) || claimed.has(unit)) return { row, gates: [] };
    claimed.add(unit);
    return { row, gates: gatesByState.get(unit) ?? [] };
  });
}

/** True if the row with this key is among folded rows or their gates. */
export const hasRow = (rows: readonly FoldedRow[], key: string): boolean =>
  rows.some(({ row, gates }) => row.key === key || gates.some((gate) => gate.key === key));

/** Label of the button that unfolds a group. */
export function restLabel({ lead, rest }: Group, grouping: Grouping): string {
  const count = (names: (row: Row) => string) => {
    const others = new Set(rest.map(({ row }) => names(row)));
    others.delete(names(lead.row));
    return others.size;
  };
  const [others, noun] =
    grouping === 'unit'
      ? [count(({ pin }) => pin.feature), 'feature']
      : [count(({ pin }) => JSON.stringify([pin.layer, pin.unit])), 'unit'];
  const [number, name] = others ? [others, noun] : [rest.length, 'finding'];
  return `+ ${number.toLocaleString('en-US')} more ${name}${number === 1 ? '' : 's'}`;
}
