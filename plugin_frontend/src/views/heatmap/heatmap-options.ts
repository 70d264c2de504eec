import { oneOf } from '../../state/url-settings.ts';
import type { Store } from '../../state/store.ts';

/** How the heatmap is looked at; the selection says what it shows. */
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
  /** Whether every quantity of the chosen unit stands over the units. */
  readonly gates: boolean;
}

const COLUMNS = ['matches', 'all'] as const;
const ORDERS = ['number', 'statistic', 'similarity'] as const;
const ROWS = ['readable', 'overview'] as const;
const MOST_FEATURES = 12;

type Words = Pick<Store, 'option'>;

const signals = (store: Words) => ({
  columns: store.option('columns', 'matches'),
  order: store.option('order', 'number'),
  rows: store.option('rows', 'readable'),
  statistic: store.option('bars', 'relevance'),
  features: store.option('barsof', ''),
  by: store.option('orderby', ''),
  gates: store.option('gates', ''),
});

export function readOptions(store: Words): HeatmapOptions {
  const { columns, order, rows, statistic, features, by, gates } = signals(store);
  return {
    columns: oneOf(COLUMNS, columns.value),
    order: oneOf(ORDERS, order.value),
    rows: oneOf(ROWS, rows.value),
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
  for (const [name, word] of Object.entries(plain)) words[name as keyof typeof plain].value = word;
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
