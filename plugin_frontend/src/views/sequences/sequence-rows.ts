import type { SequenceDecisions } from '../../data/sequence-decisions.ts';
import type { SequenceHistory } from '../../data/sequence-history.ts';

/** Sequence in the table. */
export interface SequenceRow {
  readonly sequence: number;
  /** Index of the class; -1 if there is none. */
  readonly label: number;
  readonly prediction: number;
  readonly probability: number;
  /** Null without a label or without a prediction. */
  readonly right: boolean | null;
  readonly length: number;
  /** Step from which the prediction never changes; -1 if it is not known. */
  readonly decision: number;
  /** First step of the training at which it is right; null if there is none. */
  readonly firstLearned: number | null;
  readonly forgotten: number;
  readonly text: string;
}

export const COLUMNS = [
  { id: 'sequence', label: '#', help: 'Number of the sequence, counted from 0' },
  { id: 'label', label: 'label', help: 'Class of the sequence' },
  { id: 'prediction', label: 'prediction', help: 'Most probable class at the end of the sequence' },
  { id: 'probability', label: 'prob.', help: 'Probability of the prediction' },
  { id: 'right', label: 'right', help: 'True if the prediction is the label' },
  { id: 'length', label: 'length', help: 'Number of steps' },
  { id: 'decision', label: 'decided', help: 'Step, counted from 0, from which the prediction never changes' },
  { id: 'firstLearned', label: 'learned', help: 'First recorded step of the training at which it is right' },
  { id: 'forgotten', label: 'forgotten', help: 'How often it is wrong after it was right at the step recorded before' },
  { id: 'text', label: 'text', help: 'Beginning of the sequence' },
] as const satisfies readonly { id: keyof SequenceRow; label: string; help: string }[];
export type ColumnId = (typeof COLUMNS)[number]['id'];

export interface SequenceOrder {
  readonly column: ColumnId;
  readonly up: boolean;
}

/** Row of each sequence, by its number. */
export function sequenceRows(
  { lengths, labels, prediction, probability, decision }: SequenceDecisions,
  history: SequenceHistory | null,
  texts: readonly string[] | null,
): SequenceRow[] {
  return lengths.map((length, sequence) => ({
    sequence,
    label: labels[sequence],
    prediction: prediction[sequence],
    probability: probability[sequence],
    right: labels[sequence] < 0 || prediction[sequence] < 0 ? null : labels[sequence] === prediction[sequence],
    length,
    decision: decision[sequence],
    firstLearned: history?.firstLearned[sequence] ?? null,
    forgotten: history?.forgotten[sequence] ?? NaN,
    text: texts?.[sequence] ?? '',
  }));
}

/** `column.up` or `column` as an order; null if it names none. */
export function parseOrder(word: string): SequenceOrder | null {
  const [name, way] = word.split('.');
  const column = COLUMNS.find(({ id }) => id === name)?.id;
  return column ? { column, up: way === 'up' } : null;
}

export const orderWord = (order: SequenceOrder | null): string =>
  order ? `${order.column}${order.up ? '.up' : ''}` : '';

/** Order after a press on the head of a column: ascending, descending, none. */
export function nextOrder(order: SequenceOrder | null, column: ColumnId): SequenceOrder | null {
  if (order?.column !== column) return { column, up: true };
  return order.up ? { column, up: false } : null;
}

export interface SequenceFilter {
  readonly wrong: boolean;
  /** Index of a class; null for all. */
  readonly label: number | null;
  readonly prediction: number | null;
  readonly text: string;
  readonly regex: boolean;
}

/** Test of a text; null if it is a regular expression that is not valid. */
export function textTest({ text, regex }: Pick<SequenceFilter, 'text' | 'regex'>): ((value: string) => boolean) | null {
  if (!text) return () => true;
  if (!regex) {
    const lower = text.toLowerCase();
    return (value) => value.toLowerCase().includes(lower);
  }
  try {
    const expression = new RegExp(text, 'iu');
    return (value) => expression.test(value);
  } catch {
    return null;
  }
}

/** Rows that fit a filter, in an order; those without a value come last. */
export function arrangeRows(
  rows: readonly SequenceRow[],
  filter: SequenceFilter,
  order: SequenceOrder | null,
): readonly SequenceRow[] {
  const test = textTest(filter) ?? (() => true);
  const fitting = rows.filter(
    (row) =>
      (!filter.wrong || row.right === false) &&
      (filter.label === null || row.label === filter.label) &&
      (filter.prediction === null || row.prediction === filter.prediction) &&
      test(row.text),
  );
  if (!order) return fitting;
  const { column, up } = order;
  const value = (row: SequenceRow): number | string | null => {
    const cell = row[column];
    if (cell === null || (typeof cell === 'number' && !(cell >= 0))) return null;
    return typeof cell === 'boolean' ? Number(cell) : cell;
  };
  const compare = (a: number | string, b: number | string) =>
    typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b);
  return [...fitting].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a.sequence - b.sequence;
    return (up ? compare(x, y) : compare(y, x)) || a.sequence - b.sequence;
  });
}

/** Numbers of sequences by label and prediction, row after row. */
export function confusionOf({ classes, labels, prediction }: SequenceDecisions): number[] {
  const counts = new Array<number>(classes.length ** 2).fill(0);
  labels.forEach((label, k) => {
    if (label >= 0 && prediction[k] >= 0) counts[label * classes.length + prediction[k]]++;
  });
  return counts;
}
