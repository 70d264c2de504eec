import { count, integers, list, number, numbers, strings, WireError, type JsonObject } from './json.ts';
import { inflateExactly, MAX_UNITS, readHeader, splitContainer } from './wire.ts';
import type { Words, WordClusters, WordSpread } from './words.ts';

/** Decoders of answers about words, which are loaded with the first of them. */

export async function decodeWords(buffer: ArrayBuffer): Promise<Words> {
  const [first, mean] = splitContainer(buffer);
  const header = readHeader(first, 'words');
  const [words, ids, counts] = [strings(header.words), integers(header.ids), integers(header.count)];
  const units = count(header.units, MAX_UNITS);
  if (ids.length !== words.length || counts.length !== words.length)
    throw new WireError(`${words.length} words came with ${ids.length} ids and ${counts.length} counts.`);
  return {
    units,
    words,
    ids,
    count: counts,
    tokens: count(header.tokens),
    allTokens: count(header.all_tokens),
    mean: new Float32Array(await inflateExactly(mean, 4 * units * words.length, 'responses')),
  };
}

const rows = (value: unknown): readonly (readonly number[])[] => list(value).map(numbers);

export const decodeWordClusters = (json: JsonObject): WordClusters => ({
  clusters: count(json.clusters),
  words: integers(json.words),
  units: integers(json.units),
  strength: rows(json.strength),
  stability: number(json.stability),
  chance: number(json.null),
  fewest: count(json.fewest),
});

export const decodeWordSpread = ({ word, mean, quantiles, actual }: JsonObject): WordSpread => ({
  word: word === null || word === undefined ? null : count(word),
  mean: numbers(mean),
  quantiles: rows(quantiles),
  actual: actual === null || actual === undefined ? null : numbers(actual),
});
