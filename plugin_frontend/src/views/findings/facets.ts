import { isState } from '../../state/finding-context.ts';
import type { Finding } from '../../data/types.ts';
import type { Row } from './finding-rows.ts';

export type FacetName = 'evidence' | 'kind' | 'aspect' | 'quantity';

/** Property of findings by whose values the list is filtered. */
export interface Facet {
  readonly name: FacetName;
  readonly label: string;
  /** Values in the order of their buttons; others follow by frequency. */
  readonly values: readonly string[];
  readonly titles: Readonly<Record<string, string>>;
  readonly valueOf: (finding: Finding) => string | null;
}

export const FACETS: readonly Facet[] = [
  {
    name: 'evidence',
    label: 'Evidence',
    values: ['memory', 'both', 'echo'],
    titles: {
      memory: 'The effect holds among the occurrences of the same token',
      both: 'Part of the effect holds among the occurrences of the same token',
      echo: 'The effect is that of the token just read',
    },
    valueOf: ({ evidence }) => evidence,
  },
  { name: 'kind', label: 'Kind of the unit', values: [], titles: {}, valueOf: ({ kind }) => kind },
  {
    name: 'aspect',
    label: 'Aspect',
    values: ['level', 'swing'],
    titles: {
      level: 'The feature goes with the activity of the unit',
      swing: 'The feature goes with how much the unit moves',
    },
    valueOf: ({ aspect }) => aspect,
  },
  {
    name: 'quantity',
    label: 'Quantity',
    values: ['states', 'gates'],
    titles: { states: 'Hidden and cell states', gates: 'Gates and candidates' },
    valueOf: ({ quantity }) => (isState(quantity) ? 'states' : 'gates'),
  },
];

/** Values to which each facet is restricted; an empty list restricts nothing. */
export type FacetFilter = Readonly<Record<FacetName, readonly string[]>>;

export const ALL: FacetFilter = { evidence: [], kind: [], aspect: [], quantity: [] };

/** Values of a facet from a word of the link, `memory.both`. */
export const readValues = (word: string): readonly string[] => word.split('.').filter(Boolean);
export const writeValues = (values: readonly string[]): string => values.join('.');

const hasValue = (row: Row, { valueOf }: Facet, fits: (value: string) => boolean) =>
  row.findings.some((finding) => {
    const value = finding && valueOf(finding);
    return value !== null && fits(value);
  });

/** True if a row has one of the chosen values of every facet, but for `except`. */
export const fitsFacets = (row: Row, filter: FacetFilter, except?: FacetName): boolean =>
  FACETS.every(
    (facet) =>
      facet.name === except ||
      !filter[facet.name].length ||
      hasValue(row, facet, (value) => filter[facet.name].includes(value)),
  );

/**
 * Values of a facet with the number of rows that have them.
 * Rows are those under the other facets of the filter. Chosen values stay, with a count of 0.
 */
export function facetCounts(
  rows: readonly Row[],
  facet: Facet,
  filter: FacetFilter,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const values = new Set(row.findings.flatMap((finding) => (finding && facet.valueOf(finding)) ?? []));
    const counted = fitsFacets(row, filter, facet.name);
    for (const value of values) {
      seen.add(value);
      if (counted) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const values = [...new Set([...facet.values, ...filter[facet.name], ...seen])];
  const rank = (value: string) => (facet.values.includes(value) ? facet.values.indexOf(value) : facet.values.length);
  return values
    .filter((value) => seen.has(value) || filter[facet.name].includes(value))
    .map((value) => [value, counts.get(value) ?? 0] as const)
    .sort(([a, x], [b, y]) => rank(a) - rank(b) || y - x);
}
