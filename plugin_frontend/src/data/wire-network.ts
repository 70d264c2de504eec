/** Decoders of the parts of a digest about a whole network: errors and memory. */
import {
  finiteOrNull,
  mapValues,
  number,
  numbers,
  object,
  objects,
  string,
  stringOrNull,
  type JsonObject,
} from './json.ts';
import type { Errors, LayerMemory } from './types.ts';

export function decodeErrors(json: JsonObject): Errors {
  const shared = object(json.shared);
  return {
    predicted: number(json.predicted),
    errors: number(json.errors),
    shares: mapValues(json.shares, number),
    slices: objects(json.slices).map(({ category, level, count, share, positions }) => ({
      category: string(category),
      level: typeof level === 'string' ? level : finiteOrNull(level),
      count: number(count),
      share: number(share),
      positions: numbers(positions),
    })),
    shared: {
      network: number(shared.network ?? 0),
      ngram: number(shared['n-gram'] ?? 0),
      both: number(shared['network and n-gram'] ?? 0),
    },
    gain: objects(json.gain).map(({ token, count, network, 'n-gram': ngram }) => ({
      token: string(token),
      count: number(count),
      network: number(network),
      ngram: number(ngram),
    })),
    closing: objects(json.closing).map(({ first, end, count, network, 'n-gram': ngram }) => ({
      first: number(first),
      end: number(end),
      count: number(count),
      network: number(network),
      ngram: number(ngram),
    })),
  };
}

export const decodeLayerMemory = (json: JsonObject): LayerMemory => ({
  quantity: stringOrNull(json.quantity),
  gate: finiteOrNull(json.gate),
  autocorrelation: finiteOrNull(json.autocorrelation),
  units: number(json.units ?? 0),
  disagree: number(json.disagree ?? 0),
});
