import { sequenceAt } from '../../data/sequences.ts';
import { NO_TOKEN, type TokenText } from '../../data/types.ts';
import { printed } from '../../state/visible-characters.ts';
import { runningText } from '../../ui/draw/running-text.ts';
import { findSetting, type Setting } from '../../ui/draw/tokens.ts';

/** One error and what stands around it. */
export interface Sample {
  readonly position: number;
  readonly before: string;
  /** The token that came, and was not expected. */
  readonly token: string;
  readonly after: string;
  /** Probability that the model gave to the token; NaN if the text does not say. */
  readonly probability: number;
  /** Most probable token of the model; null if the text does not say. */
  readonly expected: string | null;
  readonly expectedProbability: number;
}

const CHARACTERS = 26;
/** More tokens than are needed for as many characters, to either side. */
const TOKENS = 30;

const settings = new WeakMap<readonly string[], Setting>();
const settingOf = (table: readonly string[]) =>
  settings.get(table) ?? settings.set(table, findSetting(table)).get(table)!;

/** Null where the text has no such token. */
export function sampleAt(text: TokenText, position: number): Sample | null {
  if (!(position >= 0 && position < text.tokens.length)) return null;
  const [sequence, index] = sequenceAt(text.lengths, position);
  const first = Math.max(position - index, position - TOKENS);
  const end = Math.min(position - index + text.lengths[sequence], position + TOKENS);
  const { text: line, starts } = runningText(text, settingOf(text.table), first, end);
  const [from, to] = [starts[position - first], starts[position - first] + text.table[text.tokens[position]].length];
  const guess = index > 0 ? guessOf(text, position - 1) : null;
  return {
    position,
    before: printed([...line.slice(0, from)].slice(-CHARACTERS).join('')),
    token: text.table[text.tokens[position]],
    after: printed([...line.slice(to)].slice(0, CHARACTERS).join('')),
    probability: index > 0 ? (text.probability?.[position - 1] ?? NaN) : NaN,
    expected: guess?.token ?? null,
    expectedProbability: guess?.probability ?? NaN,
  };
}

function guessOf({ expected, expectedProbability, expectedCount, table }: TokenText, at: number) {
  const id = expected?.[at * expectedCount] ?? NO_TOKEN;
  return expectedCount && id !== NO_TOKEN && id < table.length
    ? { token: table[id], probability: expectedProbability?.[at * expectedCount] ?? NaN }
    : null;
}
