/** Decoders of JSON answers about a whole network: errors, memory, scalars, unit histories and reports, matching. */
import {
  finiteOrNull,
  list,
  mapValues,
  number,
  numbers,
  object,
  objects,
  string,
  stringOrNull,
  strings,
  type JsonObject,
} from './json.ts';
import type { Errors, LayerMemory, Matching, Scalars, UnitHistory, UnitReport } from './types.ts';
import { decodeFinding } from './wire-findings.ts';

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

export function decodeUnitHistory(json: JsonObject): UnitHistory {
  const features = strings(json.features);
  const rows = (matrix: unknown) =>
    new Map(features.map((feature, f) => [feature, Float32Array.from(numbers(list(matrix)[f]))]));
  const [effects, qs] = [rows(json.effect), rows(json.q)];
  const none = new Float32Array(0);
  return {
    unit: number(json.unit),
    steps: numbers(json.steps),
    features,
    effect: (feature) => effects.get(feature) ?? none,
    q: (feature) => qs.get(feature) ?? none,
    leftOut: numbers(json.left_out),
  };
}

export const decodeUnitReport = ({ unit, tests, hypotheses }: JsonObject): UnitReport => ({
  unit: number(unit),
  tests: number(tests ?? 0),
  findings: objects(hypotheses).map(decodeFinding),
});

const hparam = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? value : string(value));

/** Hyper-parameters without those that are null. */
const decodeHparams = (values: unknown) =>
  mapValues(Object.fromEntries(Object.entries(object(values)).filter(([, value]) => value !== null)), hparam);

export const decodeScalars = ({ runs, hparams }: JsonObject): Scalars => ({
  runs: objects(runs).map(({ run, name, tags }) => ({
    run: string(run),
    name: string(name),
    tags: objects(tags).map(({ tag, steps, values, wall_times }) => ({
      tag: string(tag),
      steps: Float64Array.from(numbers(steps)),
      values: Float64Array.from(numbers(values)),
      wallTimes: Float64Array.from(numbers(wall_times)),
    })),
  })),
  hparams: objects(hparams).map(({ run, values }) => ({ run: string(run), values: decodeHparams(values) })),
});

export const decodeMatching = (json: JsonObject): Matching => ({
  partner: list(json.partner).map(finiteOrNull),
  correlation: list(json.correlation).map(finiteOrNull),
  margin: list(json.margin).map(finiteOrNull),
  quality: number(json.quality),
  signed: Boolean(json.signed),
  tokens: number(json.tokens),
  otherUnits: number(json.other_units),
});
