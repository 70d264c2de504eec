import { container, lastingJson, recordingQuery, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Mean response of every unit to every word, the most frequent words first. */
export interface Words {
  readonly units: number;
  readonly words: readonly string[];
  /** Indices of the words in the table of the text. */
  readonly ids: readonly number[];
  /** Occurrences of each. */
  readonly count: readonly number[];
  /** Tokens that were read, the first of all. */
  readonly tokens: number;
  readonly allTokens: number;
  /** (words, units), row-major. */
  readonly mean: Float32Array;
}

/** Clusters that words and units share. */
export interface WordClusters {
  readonly clusters: number;
  /** Cluster of each word, -1 without one; and of each unit. */
  readonly words: readonly number[];
  readonly units: readonly number[];
  /** By cluster of words and cluster of units; NaN if one of them is empty. */
  readonly strength: readonly (readonly number[])[];
  /**
   * Agreement with the clusters of resamples, and that of shuffled responses.
   * NaN if they were not computed.
   */
  readonly stability: number;
  readonly chance: number;
  /** Smallest count of a word that has a cluster. */
  readonly fewest: number;
}

/** Quantiles of responses: of a word for every unit, or of a unit for every word. */
export interface WordSpread {
  /** Index of the word in the table of the text; null for a unit. */
  readonly word: number | null;
  readonly mean: readonly number[];
  /** 9, 25, 50, 75 and 91 %. */
  readonly quantiles: readonly (readonly number[])[];
  /** Change of every unit at the token that was asked for; null for another question. */
  readonly actual: readonly number[] | null;
}

export type SpreadOf = 'word' | 'unit' | 'token';

const decoders = () => import('./words-wire.ts');

export const requestWords = (ref: RecordingRef, layer: string, quantity: string): Request<Words> =>
  container('words', { ...recordingQuery(ref), layer, quantity }, async (buffer) =>
    (await decoders()).decodeWords(buffer),
  );

/**
 * Clusters of a mode of `analysis.co_clusters`.
 * `like` is the recording whose numbers they take, as JSON of run and step; empty for none.
 */
export function requestWordClusters(
  ref: RecordingRef,
  layer: string,
  quantity: string,
  clusters: number,
  mode: string,
  resamples: number,
  like: string,
): Request<WordClusters> {
  const [run, step] = like ? (JSON.parse(like) as [string, number]) : [];
  const query = {
    ...recordingQuery(ref),
    layer,
    quantity,
    clusters,
    mode,
    resamples,
    ...(run === undefined || step === undefined ? {} : { like_run: run, like_step: step }),
  };
  return lastingJson('word_clusters', query, async (json) => (await decoders()).decodeWordClusters(json));
}

export const requestWordSpread = (
  ref: RecordingRef,
  layer: string,
  quantity: string,
  of: SpreadOf,
  index: number,
): Request<WordSpread> =>
  lastingJson('word_spread', { ...recordingQuery(ref), layer, quantity, of, index }, async (json) =>
    (await decoders()).decodeWordSpread(json),
  );
