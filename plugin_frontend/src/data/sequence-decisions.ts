import { integers, list, number, numbers, string, strings, type JsonObject } from './json.ts';
import { lastingJson, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Decisions of a classifier about every sequence of a recording. */
export interface SequenceDecisions {
  readonly classes: readonly string[];
  /** Way in which the prediction at every step was computed. */
  readonly method: 'head' | 'prefix';
  readonly lengths: readonly number[];
  /** Class of each sequence; -1 without a label that is a class. */
  readonly labels: readonly number[];
  /** Most probable class at the end; -1 if there is none. */
  readonly prediction: readonly number[];
  /** Probability of the prediction; NaN if there is none. */
  readonly probability: readonly number[];
  /** Step from which the prediction never changes; -1 if it is not known. */
  readonly decision: readonly number[];
  /** Shares of a sequence, and the accuracy after each of them. */
  readonly shares: readonly number[];
  readonly accuracy: readonly number[];
}

export const decodeSequenceDecisions = (json: JsonObject): SequenceDecisions => ({
  classes: strings(json.classes),
  method: string(json.method) === 'prefix' ? 'prefix' : 'head',
  lengths: integers(json.lengths),
  labels: integers(json.labels),
  prediction: integers(json.prediction),
  probability: numbers(json.probability),
  decision: integers(json.decision),
  shares: numbers(json.shares),
  accuracy: numbers(json.accuracy),
});

export const requestSequenceDecisions = (ref: RecordingRef): Request<SequenceDecisions> =>
  lastingJson('sequences', recordingQuery(ref), decodeSequenceDecisions);

/** One sequence step by step: predictions, and steps of the state. */
export interface SequenceSteps {
  readonly sequence: number;
  readonly classes: readonly string[];
  /** Probability of each class by step; NaN where it was not read. */
  readonly probability: readonly (readonly number[])[];
  /** Length of each step of the state, as a share of `largest`. */
  readonly distance: readonly number[];
  /** Length of the longest step of the probe. */
  readonly largest: number;
  /** Units that changed most at each step, and their shares of the squared length. */
  readonly units: readonly (readonly number[])[];
  readonly shares: readonly (readonly number[])[];
}

export const decodeSequenceSteps = (json: JsonObject): SequenceSteps => ({
  sequence: number(json.sequence),
  classes: strings(json.classes),
  probability: list(json.probability).map(numbers),
  distance: numbers(json.distance),
  largest: number(json.largest),
  units: list(json.units).map(integers),
  shares: list(json.shares).map(numbers),
});

export const requestSequenceSteps = (
  ref: RecordingRef,
  layer: string,
  quantity: string,
  sequence: number,
): Request<SequenceSteps> =>
  lastingJson('sequence', { ...recordingQuery(ref), layer, quantity, sequence }, decodeSequenceSteps);
