import { counts, finiteOrNull, integers, list, numbers, strings, type JsonObject } from './json.ts';
import { json, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Decisions of a classifier over the steps of the training. */
export interface SequenceHistory {
  readonly classes: readonly string[];
  readonly steps: readonly number[];
  readonly accuracy: readonly number[];
  /** Mean share of a sequence that is read before the decision. */
  readonly decision: readonly number[];
  /** Numbers of sequences by label and prediction, row after row, for each step. */
  readonly confusion: readonly (readonly number[])[];
  /** First step at which each sequence is predicted right; null if there is none. */
  readonly firstLearned: readonly (number | null)[];
  /** Number of times that each sequence is wrong after it was right. */
  readonly forgotten: readonly number[];
}

export const decodeSequenceHistory = (answer: JsonObject): SequenceHistory => ({
  classes: strings(answer.classes),
  steps: integers(answer.steps),
  accuracy: numbers(answer.accuracy),
  decision: numbers(answer.decision),
  confusion: list(answer.confusion).map(counts),
  firstLearned: list(answer.first_learned).map(finiteOrNull),
  forgotten: counts(answer.forgotten),
});

export const requestSequenceHistory = ({ run, probe }: Omit<RecordingRef, 'step'>): Request<SequenceHistory> =>
  json('sequence_history', { run, probe }, decodeSequenceHistory);
