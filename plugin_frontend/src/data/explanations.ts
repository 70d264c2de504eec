import { json, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Part of a unit in a prediction: gradient times activity. */
export interface UnitPart {
  readonly unit: number;
  readonly value: number;
}

/** A prediction, and the part of every step of its input in its score. */
export interface ExplainedPrediction {
  readonly sequence: number;
  /** Step in the sequence. */
  readonly step: number;
  /** First step of the sequence that was read for it. */
  readonly first: number;
  readonly reason: 'loss' | 'label' | 'spread' | 'feature';
  /** Class, token or number whose score is explained. */
  readonly explained: string;
  readonly predicted: string | null;
  readonly target: string | null;
  readonly loss: number;
  readonly score: number;
  /** Difference of the score that the parts account for. */
  readonly change: number;
  /** Relative distance of the sum of the parts from it; NaN without a sum. */
  readonly gap: number;
  /** Part of each step from `first` on; of a signal, of each channel, step by step. */
  readonly values: Float32Array;
  readonly units: ReadonlyMap<string, readonly UnitPart[]>;
}

/** Fall of a loss gradient with the distance from its target. */
export interface GradientReach {
  readonly layer: string;
  readonly quantity: string;
  /** Norm k steps before the target, relative to that at the target. */
  readonly byLag: Float32Array;
  readonly slope: number;
  /** First lag below one half; NaN if there is none. */
  readonly halfLife: number;
}

/** Explanations of a probe at one step of the training. */
export interface Explanations {
  readonly method: string;
  /** Names of the channels of a signal; empty for a text. */
  readonly channels: readonly string[];
  readonly predictions: readonly ExplainedPrediction[];
  readonly reach: readonly GradientReach[];
  readonly targets: number;
  readonly note: string | null;
  readonly reachNote: string | null;
}

/** One prediction, and the reach of the gradient, over the steps of the training. */
export interface ExplanationHistory {
  readonly steps: readonly number[];
  readonly reach: readonly {
    readonly layer: string;
    readonly quantity: string;
    readonly halfLife: readonly number[];
  }[];
  readonly predictions: readonly (ExplainedPrediction | null)[];
}

/** Largest gap of parts that account for the score. */
export const LARGEST_GAP = 0.01;

export const requestExplanations = (ref: RecordingRef): Request<Explanations> => ({
  ...json('explanations', recordingQuery(ref), async (answer) =>
    (await import('./explanations-wire.ts')).decodeExplanations(answer),
  ),
  lasting: true,
});

export const requestExplanationHistory = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  sequence: number,
  token: number,
): Request<ExplanationHistory> =>
  json('explanation_history', { run, probe, ...(sequence < 0 ? {} : { sequence, token }) }, async (answer) =>
    (await import('./explanations-wire.ts')).decodeExplanationHistory(answer),
  );
