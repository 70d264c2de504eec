/** Decoders of JSON answers about a whole network: errors, memory, scalars, unit histories and reports, matching. */
import type { Errors, LayerMemory, UnitHistory, Matching, Scalars, UnitReport } from './types.ts';
import { decodeFinding, finiteOrNull, number } from './wire-findings.ts';

type Json = Record<string, any>;

export const decodeErrors = (json: Json): Errors => ({
  predicted: number(json.predicted),
  errors: number(json.errors),
  shares: json.shares ?? {},
  slices: json.slices ?? [],
  shared: {
    network: json.shared?.network ?? 0,
    ngram: json.shared?.['n-gram'] ?? 0,
    both: json.shared?.['network and n-gram'] ?? 0,
  },
  gain: ((json.gain ?? []) as Json[]).map(({ token, count, network, 'n-gram': ngram }) => ({
    token,
    count,
    network: number(network),
    ngram: number(ngram),
  })),
  closing: ((json.closing ?? []) as Json[]).map(({ first, end, count, network, 'n-gram': ngram }) => ({
    first,
    end,
    count,
    network: number(network),
    ngram: number(ngram),
  })),
});

export const decodeLayerMemory = (json: Json): LayerMemory => ({
  quantity: json.quantity ?? null,
  gate: finiteOrNull(json.gate),
  autocorrelation: finiteOrNull(json.autocorrelation),
  units: number(json.units ?? 0),
  disagree: number(json.disagree ?? 0),
});

export function decodeUnitHistory(json: Json): UnitHistory {
  const features = json.features as string[];
  const rows = (name: 'effect' | 'q') =>
    new Map(features.map((feature, f) => [feature, Float32Array.from(json[name][f] as unknown[], number)]));
  const [effects, qs] = [rows('effect'), rows('q')];
  const none = new Float32Array(0);
  return {
    unit: json.unit,
    steps: json.steps,
    features,
    effect: (feature) => effects.get(feature) ?? none,
    q: (feature) => qs.get(feature) ?? none,
    leftOut: json.left_out ?? [],
  };
}

export const decodeUnitReport = ({ unit, tests, hypotheses }: Json): UnitReport => ({
  unit,
  tests: number(tests ?? 0),
  findings: (hypotheses as Json[]).map(decodeFinding),
});

export const decodeScalars = ({ runs, hparams }: Json): Scalars => ({
  runs: (runs as Json[]).map(({ run, name, tags }) => ({
    run,
    name,
    tags: (tags as Json[]).map(({ tag, steps, values, wall_times }) => ({
      tag,
      steps: Float64Array.from(steps, number),
      values: Float64Array.from(values, number),
      wallTimes: Float64Array.from(wall_times, number),
    })),
  })),
  hparams: hparams ?? [],
});

export const decodeMatching = (json: Json): Matching => ({
  partner: json.partner,
  correlation: json.correlation,
  margin: json.margin,
  quality: number(json.quality),
  signed: Boolean(json.signed),
  tokens: json.tokens,
  otherUnits: json.other_units,
});
