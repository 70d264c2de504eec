import { continuedFrom } from './continued.ts';
import { count, integers, list, numbers, strings, type JsonObject } from './json.ts';
import { growingJson, type Request } from './request.ts';
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

/** History of an answer. Steps up to `after` are those of the earlier answer. */
export function decodeUnitHistory(json: JsonObject, earlier?: UnitHistory): UnitHistory {
  const end = continuedFrom(json, earlier?.steps);
  const features = strings(json.features);
  const rows = (matrix: unknown, before?: (feature: string) => Float32Array) =>
    new Map(
      features.map((feature, f) => {
        const continued = before?.(feature).subarray(0, end) ?? [];
        return [feature, Float32Array.from([...continued, ...numbers(list(matrix)[f])])];
      }),
    );
  const [effects, qs] = [rows(json.effect, earlier?.effect), rows(json.q, earlier?.q)];
  const none = new Float32Array(0);
  return {
    unit: count(json.unit),
    steps: [...(earlier?.steps.slice(0, end) ?? []), ...integers(json.steps)],
    features,
    effect: (feature) => effects.get(feature) ?? none,
    q: (feature) => qs.get(feature) ?? none,
    leftOut: [...(end ? (earlier?.leftOut ?? []) : []), ...integers(json.left_out)],
  };
}

export const requestUnitHistory = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  layer: string,
  quantity: string,
  unit: number,
): Request<UnitHistory> => growingJson('life', { run, probe, layer, quantity, unit }, decodeUnitHistory);
