import type { Store } from '../../state/store.ts';

/** What stands in the cells when two recordings are compared. */
export type Side = 'a' | 'b' | 'difference';

/** How the heatmap is looked at; the selection says what it shows. */
export interface HeatmapOptions {
  readonly columns: 'matches' | 'all';
  readonly order: 'number' | 'statistic';
  readonly rows: 'readable' | 'overview';
  /** Of the bars and of the order. */
  readonly statistic: string;
  readonly side: Side;
}

/** A word of a link where it is one of those that mean something; the first one otherwise. */
export function oneOf<T extends string>(words: readonly [T, ...T[]], word: string): T {
  return words.find((known) => known === word) ?? words[0];
}

const COLUMNS = ['matches', 'all'] as const;
const ORDERS = ['number', 'statistic'] as const;
const ROWS = ['readable', 'overview'] as const;
const SIDES = ['a', 'b', 'difference'] as const;

type Words = Pick<Store, 'option'>;

const signals = (store: Words) => ({
  columns: store.option('columns', 'matches'),
  order: store.option('order', 'number'),
  rows: store.option('rows', 'readable'),
  statistic: store.option('bars', 'relevance'),
  side: store.option('cells', 'a'),
});

export function readOptions(store: Words): HeatmapOptions {
  const { columns, order, rows, statistic, side } = signals(store);
  return {
    columns: oneOf(COLUMNS, columns.value),
    order: oneOf(ORDERS, order.value),
    rows: oneOf(ROWS, rows.value),
    statistic: statistic.value,
    side: oneOf(SIDES, side.value),
  };
}

export function writeOptions(store: Words, change: Partial<HeatmapOptions>): void {
  const words = signals(store);
  for (const [name, word] of Object.entries(change)) words[name as keyof HeatmapOptions].value = word;
}
