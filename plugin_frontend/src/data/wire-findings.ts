/** Decoders of findings, diagnoses and feature queries in JSON answers. */
import type { AblationEffect, Finding, FeatureQueryResult, Peak, Response, Severity, Diagnosis } from './types.ts';

type Json = Record<string, any>;

/** JSON knows no NaN; TensorBoard writes it as a word. */
export const number = (value: unknown): number => (value === null || value === undefined ? NaN : Number(value));

export const finiteOrNull = (value: unknown): number | null => (Number.isFinite(number(value)) ? number(value) : null);

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

const decodePeak = (peak: Json): Peak => ({
  frequency: number(peak.frequency),
  amplitude: number(peak.amplitude),
  prominence: number(peak.prominence),
  p: number(peak.p),
  q: number(peak.q),
  coherence: number(peak.coherence),
});

const decodeResponse = ({ label, p, mean, low, high }: Json): Response => ({
  label: String(label),
  p: number(p),
  mean: (mean as unknown[]).map(number),
  low: number(low),
  high: number(high),
});

const decodeAblationEffect = (causal: Json): AblationEffect => ({
  effect: number(causal.effect),
  low: number(causal.low),
  high: number(causal.high),
  on: number(causal.on),
  off: number(causal.off),
  count: number(causal.count),
  how: String(causal.how),
  tokens: number(causal.tokens),
});

export function decodeFinding(json: Json): Finding {
  const { peak, response, causal } = json;
  return {
    feature: json.feature,
    layer: json.layer,
    quantity: json.quantity,
    unit: json.unit,
    neighbours: json.neighbours ?? [],
    count: number(json.count),
    prominence: number(json.prominence),
    difference: number(json.difference),
    score: number(json.score),
    relevance: number(json.relevance),
    effect: number(json.effect),
    auc: number(json.auc),
    q: number(json.q),
    pExact: number(json.p_exact),
    pFamily: number(json.p_family),
    partialEffect: number(json.controlled?.effect),
    peak: peak ? decodePeak(peak) : null,
    response: response ? decodeResponse(response) : null,
    ablationEffect: causal ? decodeAblationEffect(causal) : null,
  };
}

export const decodeDiagnosis = ({
  code,
  severity,
  title,
  layer,
  quantity,
  units,
  concerned,
  evidence,
  why,
  advice,
}: Json): Diagnosis => ({
  code,
  severity: SEVERITIES.includes(severity) ? severity : 'note',
  title,
  layer,
  quantity: quantity ?? null,
  units: units ?? [],
  concerned: concerned ?? units?.length ?? 0,
  evidence: evidence ?? '',
  why: why ?? '',
  advice: advice ?? '',
});

/** One bit a token, the first of a byte its highest. */
function unpackBits(packed: string, tokens: number): Uint8Array {
  const bytes = Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0));
  return Uint8Array.from({ length: tokens }, (_, token) => ((bytes[token >> 3] ?? 0) >> (7 - (token & 7))) & 1);
}

export function decodeFeatureQueryResult(json: Json): FeatureQueryResult {
  const { values } = json;
  return {
    name: json.name,
    kind: json.kind,
    count: number(json.count ?? 0),
    note: json.note ?? null,
    tagger: json.tagger ?? null,
    tests: number(json.tests ?? 0),
    spec: json.spec ?? null,
    units: (json.units as Json[]).map(decodeFinding),
    mask: values?.type === 'bits' ? unpackBits(values.data, values.tokens) : null,
  };
}
