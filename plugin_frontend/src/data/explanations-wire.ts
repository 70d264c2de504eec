import type { ExplainedPrediction, ExplanationHistory, Explanations } from './explanations.ts';
import {
  count,
  integers,
  list,
  number,
  numbers,
  object,
  objectOrNull,
  objects,
  oneOf,
  string,
  stringOrNull,
  strings,
  type JsonObject,
} from './json.ts';

const REASONS = ['loss', 'label', 'spread', 'feature'] as const;

export const decodeExplanations = (answer: JsonObject): Explanations => ({
  method: string(answer.method),
  channels: strings(answer.channels),
  predictions: objects(answer.predictions).map(decodePrediction),
  reach: objects(answer.reach).map((reach) => ({
    layer: string(reach.layer),
    quantity: string(reach.quantity),
    byLag: Float32Array.from(numbers(reach.by_lag)),
    slope: number(reach.slope),
    halfLife: number(reach.half_life),
  })),
  targets: count(answer.targets),
  note: stringOrNull(answer.note),
  reachNote: stringOrNull(answer.reach_note),
});

export const decodeExplanationHistory = (answer: JsonObject): ExplanationHistory => ({
  steps: integers(answer.steps),
  reach: objects(answer.reach).map((reach) => ({
    layer: string(reach.layer),
    quantity: string(reach.quantity),
    halfLife: numbers(reach.half_life),
  })),
  predictions: list(answer.predictions).map((entry) => {
    const prediction = objectOrNull(entry);
    return prediction && decodePrediction(prediction);
  }),
});

function decodePrediction(entry: JsonObject): ExplainedPrediction {
  return {
    sequence: count(entry.sequence),
    step: count(entry.step),
    first: count(entry.first),
    reason: oneOf(REASONS, entry.reason),
    explained: string(entry.explained),
    predicted: stringOrNull(entry.predicted),
    target: stringOrNull(entry.target),
    loss: number(entry.loss),
    score: number(entry.score),
    change: number(entry.change),
    gap: number(entry.gap),
    values: Float32Array.from(numbers(entry.values)),
    units: new Map(
      Object.entries(object(entry.units)).map(([layer, units]) => [
        layer,
        list(units).map((pair) => {
          const [unit, value] = list(pair);
          return { unit: count(unit), value: number(value) };
        }),
      ]),
    ),
  };
}
