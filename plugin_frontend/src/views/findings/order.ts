import type { Column } from './columns.ts';
import type { Row } from './finding-rows.ts';

/** By which column rows are sorted; the log’s own order where that is none. */
export interface Order {
  readonly column: string;
  readonly up: boolean;
}

/** Columns by the names that they have in older links. */
const FORMER_IDS: Readonly<Record<string, string | undefined>> = {
  beat: 'peak_frequency',
  causal: 'ablation',
  first: 'since',
};

/** `effect`, from the highest, or `effect.up`. */
export function readOrder(word: string): Order | null {
  const [, column, up] = /^(\w+)(\.up)?$/.exec(word) ?? [];
  return column ? { column: FORMER_IDS[column] ?? column, up: up !== undefined } : null;
}

export const writeOrder = (order: Order | null): string => (order ? `${order.column}${order.up ? '.up' : ''}` : '');

/** Order after a press on a head: its own direction, the other, then none. */
export function turned(order: Order | null, column: Column): Order | null {
  const usual = column.ascending;
  if (order?.column !== column.id) return { column: column.id, up: usual };
  return order.up === usual ? { column: column.id, up: !usual } : null;
}

const names = new Intl.Collator('en', { numeric: true });

/**
 * Rows sorted by a column.
 * Pinned rows stay on top, missing values go last in either direction, equal rows keep their order.
 */
export function sorted(rows: readonly Row[], columns: readonly Column[], order: Order | null): readonly Row[] {
  const column = columns.find(({ id }) => id === order?.column);
  if (!order || !column) return rows;
  const way = order.up ? 1 : -1;
  const keys = new Map(rows.map((row) => [row, column.order(row)]));
  return [...rows].sort((a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
    const [x, y] = [keys.get(a)!, keys.get(b)!];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return way * (typeof x === 'string' ? names.compare(x, String(y)) : x - Number(y));
  });
}
