import type { ViewContext } from '../../state/store.ts';

/** Display settings of the heatmap. */
export interface HeatmapOptions {
  readonly columns: 'matches' | 'all';
  readonly order: 'number' | 'statistic' | 'similarity';
  readonly rows: 'readable' | 'overview';
  /** Of the bars and of the order. */
  readonly statistic: string;
  /** Features whose bars stand beside those of the feature chosen. */
  readonly features: readonly string[];
  /** The feature whose statistic orders the rows; empty for the one chosen. */
  readonly by: string;
  /** True if every quantity of the chosen unit stands over the units. */
  readonly gates: boolean;
}

const MOST_FEATURES = 12;

type Words = Pick<ViewContext, 'option'>;

const signals = (store: Words) => ({
  columns: store.option('columns'),
  order: store.option('order'),
  rows: store.option('rows'),
  statistic: store.option('bars'),
  features: store.option('barsof'),
  by: store.option('orderby'),
  gates: store.option('gates'),
});

export function readOptions(store: Words): HeatmapOptions {
  const { columns, order, rows, statistic, features, by, gates } = signals(store);
  return {
    columns: columns.value,
    order: order.value,
    rows: rows.value,
    statistic: statistic.value,
    features: parseFeatures(features.value),
    by: by.value,
    gates: gates.value === 'on',
  };
}

export function writeOptions(store: Words, { features, gates, ...plain }: Partial<HeatmapOptions>): void {
  const words = signals(store);
  if (features) words.features.value = features.length ? JSON.stringify(features) : '';
  if (gates !== undefined) words.gates.value = gates ? 'on' : '';
  const { columns, order, rows, statistic, by } = plain;
  if (columns) words.columns.value = columns;
  if (order) words.order.value = order;
  if (rows) words.rows.value = rows;
  if (statistic !== undefined) words.statistic.value = statistic;
  if (by !== undefined) words.by.value = by;
}

/** Names may hold anything: they stand in the link as JSON. */
export function parseFeatures(word: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(word || '[]');
    return Array.isArray(names)
      ? [...new Set(names.filter((name) => typeof name === 'string'))].slice(0, MOST_FEATURES)
      : [];
  } catch {
    return [];
  }
}
