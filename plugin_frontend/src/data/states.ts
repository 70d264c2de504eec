import { container, lastingJson, recordingQuery, type Query, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** States of a recording as points on axes that it shares with other recordings. */
export interface Projection {
  readonly method: 'pca' | 'tsne';
  readonly units: number;
  /** Number of states of the recording, of which some have points, evenly spread. */
  readonly states: number;
  readonly components: number;
  /** Points of states that are not finite; they are NaN. */
  readonly missing: number;
  /** Runs and steps that the axes were fitted to. */
  readonly fitted: readonly { readonly run: string; readonly steps: readonly number[] }[];
  readonly fittedStates: number;
  /**
   * Share of the variance along each axis.
   * `explained` is of all fitted states, `explainedHere` of those of the recording.
   */
  readonly explained: readonly number[];
  readonly explainedHere: readonly number[];
  /** Limits of the fitted states on each axis. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Token of each point, ascending. */
  readonly tokens: Uint32Array;
  /** (points, components), row-major. */
  readonly points: Float32Array;
  /** Null without predictions at every step. */
  readonly classes: readonly string[] | null;
  /** Most probable class at each point; -1 if it is not known. */
  readonly prediction: Int16Array | null;
}

/** Dimension, spread and speed of the states of a layer. */
export interface StateGeometry {
  readonly layer: string;
  readonly quantity: string;
  readonly units: number;
  /** States that were measured, the first of all. */
  readonly states: number;
  readonly allStates: number;
  /** Participation ratio; NaN if all states are equal. */
  readonly dimension: number;
  /** Components for 90 % of the variance. */
  readonly components: number;
  readonly spread: number;
  readonly speed: number;
}

/** Scores of a linear model that reads a feature from the states of a layer. */
export interface LinearProbe {
  readonly target: string;
  readonly states: number;
  /** Parts that were left out together: sequences, or blocks of the text. */
  readonly groups: string;
  /** Null for a number, whose scores are R². */
  readonly classes: readonly string[] | null;
  readonly chance: number;
  readonly score: number;
  readonly control: number;
  readonly selectivity: number;
  readonly unit: number;
  readonly unitScore: number;
}

const decoders = () => import('./states-wire.ts');

/** `fitted` is JSON: runs with their steps. */
export const requestProjection = (
  ref: RecordingRef,
  layer: string,
  quantity: string,
  fitted: string,
  method: 'pca' | 'tsne' = 'pca',
): Request<Projection> =>
  container('projection', { ...recordingQuery(ref), layer, quantity, fitted, method }, async (buffer) =>
    (await decoders()).decodeProjection(buffer),
  );

export const requestStateGeometry = (ref: RecordingRef): Request<readonly StateGeometry[]> =>
  lastingJson('state_geometry', recordingQuery(ref), async (json) => (await decoders()).decodeStateGeometry(json));

/** `feature` is a name or a feature in JSON; without it, labels are read. */
export function requestLinearProbe(
  ref: RecordingRef,
  layer: string,
  quantity: string,
  feature?: string,
): Request<LinearProbe> {
  const query: Query = { ...recordingQuery(ref), layer, quantity, ...(feature === undefined ? {} : { feature }) };
  return lastingJson('linear_probe', query, async (json) => (await decoders()).decodeLinearProbe(json));
}
