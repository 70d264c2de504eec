import { count, integers, list, numbers, strings, type JsonObject } from './json.ts';
import { json, type Request } from './request.ts';
import type { RecordingRef } from './types.ts';

/** Association of one unit with all features, step by step. */
export interface UnitHistory {
  readonly unit: number;
  readonly steps: readonly number[];
  readonly features: readonly string[];
  /** One value a step; empty of a feature that is not there. */
  effect(feature: string): Float32Array;
  q(feature: string): Float32Array;
  /** Steps that were recorded with other features. */
  readonly leftOut: readonly number[];
}

export function decodeUnitHistory(json: JsonObject): UnitHistory {
  const features = strings(json.features);
  const rows = (matrix: unknown) =>
    new Map(features.map((feature, f) => [feature, Float32Array.from(numbers(list(matrix)[f]))]));
  const [effects, qs] = [rows(json.effect), rows(json.q)];
  const none = new Float32Array(0);
  return {
    unit: count(json.unit),
    steps: integers(json.steps),
    features,
    effect: (feature) => effects.get(feature) ?? none,
    q: (feature) => qs.get(feature) ?? none,
    leftOut: integers(json.left_out),
  };
}

export const requestUnitHistory = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  layer: string,
  quantity: string,
  unit: number,
): Request<UnitHistory> => json('life', { run, probe, layer, quantity, unit }, decodeUnitHistory);
