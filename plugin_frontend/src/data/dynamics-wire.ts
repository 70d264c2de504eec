import { POINT_KINDS, type DynamicsHistory, type FixedPoint, type LayerDynamics } from './dynamics.ts';
import {
  count,
  integers,
  list,
  number,
  numbers,
  object,
  objects,
  oneOf,
  string,
  stringOrNull,
  WireError,
  type JsonObject,
} from './json.ts';

/** Numbers of a point on the axes, at most. */
const MAX_COMPONENTS = 3;

export const decodeDynamics = (answer: JsonObject): LayerDynamics => {
  const counts = object(answer.counts);
  return {
    layer: string(answer.layer),
    size: count(answer.size),
    constant: string(answer.constant),
    counts: { stable: count(counts.stable), unstable: count(counts.unstable), slow: count(counts.slow) },
    points: objects(answer.points).map(decodePoint),
    lyapunov: numbers(answer.lyapunov),
    growth: number(answer.growth),
    note: stringOrNull(answer.note),
  };
};

export const decodeDynamicsHistory = (answer: JsonObject): DynamicsHistory => ({
  steps: integers(answer.steps),
  layers: objects(answer.layers).map((entry) => ({
    layer: string(entry.layer),
    counts: { stable: numbers(entry.stable), unstable: numbers(entry.unstable), slow: numbers(entry.slow) },
    lyapunov: numbers(entry.lyapunov),
    timeConstant: numbers(entry.time_constant),
  })),
});

function decodePoint(entry: JsonObject): FixedPoint {
  return {
    kind: oneOf(POINT_KINDS, entry.kind),
    at: entry.at === null ? null : position(entry.at),
    ends: list(entry.ends).map((line) => {
      const [from, to] = list(line);
      return [position(from), position(to)];
    }),
    speed: number(entry.speed),
    eigenvalues: list(entry.eigenvalues).map((pair) => {
      const [real, imaginary] = numbers(pair);
      return [real, imaginary];
    }),
    timeConstants: numbers(entry.time_constants).map((value) => (Number.isNaN(value) ? Infinity : value)),
  };
}

function position(value: unknown): readonly number[] {
  const values = numbers(value);
  if (values.length > MAX_COMPONENTS) throw new WireError(`A point has ${values.length} components.`);
  return values;
}
