/** Decoders of findings, diagnoses and feature queries in JSON answers. */
import {
  count,
  counts,
  integer,
  number,
  numbers,
  object,
  objectOrNull,
  objects,
  string,
  stringOrNull,
  WireError,
  type JsonObject,
} from './json.ts';
import { associationOf } from './statistics.ts';
import type {
  AblationEffect,
  Finding,
  FeatureQueryResult,
  Notice,
  PartialEffect,
  SpectralPeak,
  LaggedResponse,
  ResponseMean,
  Severity,
  Diagnosis,
} from './types.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

const decodePeak = (peak: JsonObject): SpectralPeak => ({
  frequency: number(peak.frequency),
  amplitude: number(peak.amplitude),
  prominence: number(peak.prominence),
  p: number(peak.p),
  q: number(peak.q),
  coherence: number(peak.coherence),
});

function decodeResponse(response: JsonObject): LaggedResponse {
  const { label, p, at } = response;
  const end = objectOrNull(response.end);
  return {
    ...decodeResponseMean(response),
    label: string(label),
    p: number(p),
    at: stringOrNull(at),
    end: end && decodeResponseMean(end),
  };
}

/** Older logs have one band for all lags. */
function decodeResponseMean(response: JsonObject): ResponseMean {
  const mean = numbers(response.mean);
  const [low, high] = [response.low, response.high].map((band) =>
    Array.isArray(band) ? numbers(band) : Array<number>(mean.length).fill(number(band)),
  );
  if (low.length !== mean.length || high.length !== mean.length)
    throw new WireError(`A lagged response has ${mean.length} means and ${low.length} and ${high.length} limits.`);
  return { mean, low, high };
}

const decodePartialEffect = ({ effect, p }: JsonObject): PartialEffect => ({ effect: number(effect), p: number(p) });

const decodeAblationEffect = (causal: JsonObject): AblationEffect => ({
  effect: number(causal.effect),
  low: number(causal.low),
  high: number(causal.high),
  on: number(causal.on),
  off: number(causal.off),
  count: number(causal.count),
  how: string(causal.how),
  tokens: number(causal.tokens),
});

export function decodeFinding(json: JsonObject): Finding {
  const { controlled, causal } = json;
  const [partial, peak, response, ablation] = [controlled, json.peak, json.response, causal].map(objectOrNull);
  return {
    ...associationOf((name) => number(json[name])),
    feature: string(json.feature),
    layer: string(json.layer),
    quantity: string(json.quantity),
    unit: count(json.unit),
    aspect: json.aspect === 'swing' ? 'swing' : 'level',
    neighbours: counts(json.neighbours),
    count: number(json.count),
    evidence: stringOrNull(json.evidence),
    kind: stringOrNull(json.kind),
    partial: partial && decodePartialEffect(partial),
    peak: peak && decodePeak(peak),
    response: response && decodeResponse(response),
    ablation: ablation && decodeAblationEffect(ablation),
  };
}

export const decodeDiagnosis = (json: JsonObject): Diagnosis => ({
  code: string(json.code),
  severity: SEVERITIES.find((severity) => severity === json.severity) ?? 'note',
  title: string(json.title),
  layer: string(json.layer),
  quantity: stringOrNull(json.quantity),
  units: counts(json.units),
  concerned: json.concerned ? count(json.concerned) : counts(json.units).length,
  evidence: string(json.evidence),
  why: string(json.why),
  advice: string(json.advice),
});

/** One bit a token, the first of a byte its highest. */
function unpackBits(packed: string, tokens: number): Uint8Array {
  const bytes = fromBase64(packed);
  if (bytes.length !== Math.ceil(tokens / 8))
    throw new WireError(`${bytes.length} bytes of bits came for ${tokens} tokens.`);
  return Uint8Array.from({ length: tokens }, (_, token) => (bytes[token >> 3] >> (7 - (token & 7))) & 1);
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
  } catch {
    throw new WireError('Bits of a feature are no base64.');
  }
}

export const decodeNotice = ({ run, step, text }: JsonObject): Notice => ({
  run: string(run),
  step: step === null || step === undefined ? null : integer(step),
  text: string(text),
});

export function decodeFeatureQueryResult(json: JsonObject): FeatureQueryResult {
  const values = object(json.values);
  return {
    name: string(json.name),
    kind: string(json.kind),
    count: number(json.count ?? 0),
    note: stringOrNull(json.note),
    tagger: stringOrNull(json.tagger),
    tests: number(json.tests ?? 0),
    isRecorded: json.recorded === true,
    spec: objectOrNull(json.spec),
    units: objects(json.units).map(decodeFinding),
    mask: values.type === 'bits' ? unpackBits(string(values.data), count(values.tokens)) : null,
    notices: objects(json.skipped).map(decodeNotice),
  };
}
