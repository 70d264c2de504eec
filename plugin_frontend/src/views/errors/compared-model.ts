import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Errors } from '../../data/types.ts';
import { categoriesOf, rateOf } from './error-model.ts';

/** The same thing in each recording; NaN where one has none. */
export interface Compared {
  readonly about: 'all' | 'category' | 'token' | 'closing bracket';
  readonly name: string;
  /** Shares of all predicted tokens, or mean probabilities. */
  readonly values: readonly number[];
}

/** The second less the first. */
export const change = ({ values }: Compared): number => values[1] - values[0];

const spread = ({ values }: Compared) => {
  const finite = values.filter(Number.isFinite);
  return finite.length > 1 ? Math.max(...finite) - Math.min(...finite) : -1;
};

/**
 * Error rates and probabilities of several recordings, row by row.
 * Rates are by category; probabilities that differ most come first.
 */
export function compare(all: readonly Errors[]): readonly Compared[] {
  const names = (of: (errors: Errors) => readonly string[]) => [...new Set(all.flatMap(of))];
  const shares = all.map(
    (errors) => new Map(categoriesOf(errors).map(({ name, share }) => [name, share * rateOf(errors)])),
  );
  const tokens = all.map(({ gain }) => new Map(gain.map(({ token, network }) => [token, network])));
  const brackets = all.map(
    ({ closing }) => new Map(closing.map(({ first, end, network }) => [placeOf(first, end), network])),
  );
  const rows = (about: Compared['about'], names: readonly string[], values: readonly ReadonlyMap<string, number>[]) =>
    names.map((name): Compared => ({ about, name, values: values.map((one) => one.get(name) ?? NaN) }));
  return [
    { about: 'all', name: 'errors', values: all.map(rateOf) },
    ...rows(
      'category',
      names((errors) => categoriesOf(errors).map(({ name }) => name)),
      shares,
    ),
    ...rows(
      'token',
      names(({ gain }) => gain.map(({ token }) => token)),
      tokens,
    )
      .filter((row) => spread(row) >= 0)
      .sort((a, b) => spread(b) - spread(a)),
    ...rows(
      'closing bracket',
      names(({ closing }) => closing.map(({ first, end }) => placeOf(first, end))),
      brackets,
    ),
  ];
}

const placeOf = (first: number, end: number) => (end - 1 === first ? `${first}` : `${first}–${end - 1}`);

/** The rows as a table; with two recordings also what the second has more. */
export function comparedErrorTable(rows: readonly Compared[], letters: readonly string[]): ExportTable {
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    kind: 'table',
    name: `errors of ${letters.join(' and ')}`,
    columns: [
      { name: 'about', values: rows.map(({ about }) => about) },
      { name: 'name', values: rows.map(({ name }) => name) },
      ...letters.map((letter, i) => ({ name: letter, values: rows.map(({ values }) => finite(values[i])) })),
      ...(letters.length === 2
        ? [{ name: `${letters[1]} - ${letters[0]}`, values: rows.map((row) => finite(change(row))) }]
        : []),
    ],
  };
}
