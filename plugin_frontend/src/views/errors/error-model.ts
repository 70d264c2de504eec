import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Digest, Errors } from '../../data/types.ts';

export type Slice = Errors['slices'][number];

/** The errors that one kind of remedy would have avoided. */
export interface Category {
  readonly name: string;
  readonly count: number;
  /** Of all errors, 0 to 1. */
  readonly share: number;
  /** Only those that hold errors. */
  readonly slices: readonly Slice[];
}

/** In the order in which remedies were tried; categories without an error come too. */
export function categoriesOf({ shares, slices }: Errors): readonly Category[] {
  const names = new Set([...Object.keys(shares), ...slices.map(({ category }) => category)]);
  return [...names].map((name) => {
    const own = slices.filter(({ category }) => category === name);
    const total = own.reduce((sum, { count }) => sum + count, 0);
    return { name, count: total, share: shares[name] ?? own.reduce((sum, { share }) => sum + share, 0), slices: own };
  });
}

/** Errors among all predicted tokens, 0 to 1. */
export const rateOf = ({ errors, predicted }: Errors): number => (predicted ? errors / predicted : NaN);

/** The rate of errors over all steps, apart by category. */
export interface History {
  readonly steps: readonly number[];
  readonly names: readonly string[];
  /** Errors of each category among all tokens, one row a name and one value a step. */
  readonly shares: readonly (readonly number[])[];
  /** Errors of all categories among all tokens, one value a step. */
  readonly rates: readonly number[];
}

export function historyOf(digests: readonly Digest[]): History {
  const told = digests.flatMap(({ step, errors }) => (errors && errors.predicted ? [{ step, errors }] : []));
  const names = [...new Set(told.flatMap(({ errors }) => Object.keys(errors.shares)))];
  const shares = names.map((name) => told.map(({ errors }) => (errors.shares[name] ?? 0) * rateOf(errors)));
  const rates = told.map((_, i) => shares.reduce((sum, values) => sum + values[i], 0));
  return { steps: told.map(({ step }) => step), names, shares, rates };
}

/** Everything that is drawn of one step. */
export function errorTable(errors: Errors, name: string): ExportTable {
  type Row = readonly [
    about: string,
    name: string,
    level: string | number | null,
    count: number | null,
    share: number | null,
    network: number | null,
    ngram: number | null,
  ];
  const rows: Row[] = [
    ['all', 'errors', null, errors.errors, rateOf(errors), null, null],
    ...errors.slices.map(({ category, level, count, share }): Row => [
      'anatomy',
      category,
      level,
      count,
      share,
      null,
      null,
    ]),
    ...errors.gain.map(({ token, count, network, ngram }): Row => ['token', token, null, count, null, network, ngram]),
    ...errors.closing.map(({ first, end, count, network, ngram }): Row => [
      'closing bracket',
      `${first} to ${end - 1} tokens`,
      first,
      count,
      null,
      network,
      ngram,
    ]),
    ...Object.entries(errors.shared).map(([who, count]): Row => ['shared', who, null, count, null, null, null]),
  ];
  const titles = ['about', 'name', 'level', 'count', 'share', 'network', 'n-gram'];
  return {
    kind: 'table',
    name,
    columns: titles.map((title, i) => ({ name: title, values: rows.map((row) => row[i] ?? null) })),
  };
}
