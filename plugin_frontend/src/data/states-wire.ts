import { count, integers, list, number, numbers, object, objects, string, strings, WireError } from './json.ts';
import type { JsonObject } from './json.ts';
import type { LinearProbe, Projection, StateGeometry } from './states.ts';
import { inflateExactly, readHeader, splitContainer } from './wire.ts';

/** Decoders of answers about states, which are loaded with the first of them. */

/** Largest number of points and of axes in an answer. */
const MAX_POINTS = 2 ** 20;
const MAX_COMPONENTS = 3;

const stringsOrNull = (value: unknown) => (value === null || value === undefined ? null : strings(value));

export async function decodeProjection(buffer: ArrayBuffer): Promise<Projection> {
  const [first, tokens, points, prediction] = splitContainer(buffer);
  const header = readHeader(first, 'projection');
  const size = count(header.points, MAX_POINTS);
  const components = count(header.components, MAX_COMPONENTS);
  const axes = (name: string) => {
    const values = numbers(header[name]);
    if (values.length !== components) throw new WireError(`A projection to ${components} axes has others.`);
    return values;
  };
  const classes = stringsOrNull(header.classes);
  return {
    method: string(header.method) === 'tsne' ? 'tsne' : 'pca',
    units: count(header.units),
    states: count(header.states),
    components,
    missing: count(header.missing),
    fitted: list(header.fitted).map((value) => {
      const entry = object(value);
      return { run: string(entry.run), steps: integers(entry.steps) };
    }),
    fittedStates: count(header.fitted_states),
    explained: axes('explained'),
    explainedHere: axes('explained_here'),
    low: axes('low'),
    high: axes('high'),
    tokens: new Uint32Array(await inflateExactly(tokens, 4 * size, 'tokens')),
    points: new Float32Array(await inflateExactly(points, 4 * size * components, 'points')),
    classes,
    prediction: classes && new Int16Array(await inflateExactly(prediction, 2 * size, 'predictions')),
  };
}

export const decodeStateGeometry = ({ states }: JsonObject): readonly StateGeometry[] =>
  objects(states).map((entry) => ({
    layer: string(entry.layer),
    quantity: string(entry.quantity),
    units: count(entry.units),
    states: count(entry.states),
    allStates: count(entry.all_states),
    dimension: number(entry.dimension),
    components: count(entry.components),
    spread: number(entry.spread),
    speed: number(entry.speed),
  }));

export const decodeLinearProbe = (json: JsonObject): LinearProbe => ({
  target: string(json.target),
  states: count(json.states),
  groups: string(json.groups),
  classes: stringsOrNull(json.classes),
  chance: number(json.chance),
  score: number(json.score),
  control: number(json.control),
  selectivity: number(json.selectivity),
  unit: count(json.unit),
  unitScore: number(json.unit_score),
});
