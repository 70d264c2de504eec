import type { Activity, Matrix, Relevance, Spectrum, TokenText, UnitSeries, RecordingRef } from '../data/types.ts';
import type { NamedMatrix } from '../data/named-matrix.ts';
import type { ReadonlySignal } from '@preact/signals-core';
import { valueOrStale, type Loadable } from './loadable.ts';
import { sameText } from './same-text.ts';

/** Row of B that stands for a row of A; -1 where none does. */
export type Partner = (row: number) => number;

interface Operand {
  readonly ref: ReadonlySignal<RecordingRef | null>;
  readonly text: ReadonlySignal<Loadable<TokenText>>;
}

/** The two recordings of a difference, B less A. */
export interface OperandPair {
  readonly a: Operand;
  readonly b: Operand;
  /** True if units are matched; false if they are compared by their numbers. */
  readonly matched: boolean;
  readonly partner: Partner;
}

const count = (n: number, noun: string) => `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

/** `b` - `a`; rows are computed when they are asked for. */
export function subtract(b: Matrix, a: Matrix, partner: Partner = (row) => row): Matrix {
  const rows = new Map<number, Float32Array>();
  const matched = (r: number) => partner(r) >= 0 && partner(r) < b.rows;
  return {
    rows: a.rows,
    columns: a.columns,
    scale: a.scale,
    codes: null,
    missing: (r, c) => a.missing(r, c) || (matched(r) ? b.missing(partner(r), c) : 1),
    row(r) {
      let values = rows.get(r);
      if (!values) {
        const own = a.row(r);
        const other = matched(r) ? b.row(partner(r)) : null;
        values = other ? own.map((value, c) => other[c] - value) : new Float32Array(a.columns).fill(NaN);
        rows.set(r, values);
      }
      return values;
    },
  };
}

/** Reason for which two quantities have no difference; null if they have one. */
export function whyNotComparable(
  a: Matrix,
  b: Matrix,
  matched: boolean,
  textA: TokenText | null,
  textB: TokenText | null,
): string | null {
  if (!matched && a.rows !== b.rows)
    return `A has ${count(a.rows, 'unit')} and B has ${b.rows}: a difference needs the same units, or matched ones.`;
  if (a.columns !== b.columns)
    return `A has ${count(a.columns, 'token')} and B has ${b.columns}: a difference needs the same text.`;
  if (textA && textB && !sameText(textA, textB))
    return 'A and B have different texts: a difference needs the same text.';
  return null;
}

const subtractRows = (b: Float32Array, a: Float32Array, partner: Partner) =>
  a.map((value, row) => (b[partner(row)] ?? NaN) - value);

export function subtractActivity(b: Activity, a: Activity, pair: OperandPair): Activity | string {
  const [textA, textB] = [valueOrStale(pair.a.text.value), valueOrStale(pair.b.text.value)];
  return (
    whyNotComparable(a.matrix, b.matrix, pair.matched, textA, textB) ?? {
      matrix: subtract(b.matrix, a.matrix, pair.partner),
      lengths: a.lengths,
    }
  );
}

export function subtractNamedMatrix(b: NamedMatrix, a: NamedMatrix): NamedMatrix | string {
  return a.rows.size === b.rows.size && a.columns.size === b.columns.size
    ? { ...a, values: a.values.map((value, i) => b.values[i] - value) }
    : `A has ${a.rows.size} x ${a.columns.size} cells and B has ${b.rows.size} x ${b.columns.size}.`;
}

export function subtractSpectrum(b: Spectrum, a: Spectrum, { matched, partner }: OperandPair): Spectrum | string {
  return a.bins === b.bins && (matched || a.matrix.rows === b.matrix.rows)
    ? { ...a, matrix: subtract(b.matrix, a.matrix, partner) }
    : 'A and B have spectra of different lengths.';
}

export function subtractRelevance(b: Relevance, a: Relevance, { partner }: OperandPair): Relevance {
  return {
    ...a,
    features: a.features.filter((feature) => b.features.includes(feature)),
    get: (feature, statistic) => subtractRows(b.get(feature, statistic), a.get(feature, statistic), partner),
  };
}

/** Statistics of units at the step of A, and for B at the step of B. */
export function subtractUnitSeries(b: UnitSeries, a: UnitSeries, pair: OperandPair): UnitSeries {
  return {
    ...a,
    get: (step, row) => subtractRows(b.get(pair.b.ref.value?.step ?? step, row), a.get(step, row), pair.partner),
  };
}
