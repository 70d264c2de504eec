import { mapValues, numbers, object, objects, string, type JsonObject } from './json.ts';
import { continuedFrom } from './continued.ts';
import { growingJson, type Request } from './request.ts';

export interface ScalarSeries {
  readonly tag: string;
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly wallTimes: Float64Array;
}

/** Scalars and hyper-parameters of one training, as TensorBoard holds them. */
export interface Scalars {
  readonly runs: readonly { readonly run: string; readonly name: string; readonly tags: readonly ScalarSeries[] }[];
  readonly hparams: readonly {
    readonly run: string;
    readonly values: Readonly<Record<string, string | number | boolean>>;
  }[];
}

const hparam = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? value : string(value));

/** Hyper-parameters without those that are null. */
const decodeHparams = (values: unknown) =>
  mapValues(Object.fromEntries(Object.entries(object(values)).filter(([, value]) => value !== null)), hparam);

/** Scalars of an answer. Points up to `after` are those of the earlier answer. */
export function decodeScalars({ runs, hparams }: JsonObject, earlier?: Scalars): Scalars {
  const known = new Map(
    (earlier?.runs ?? []).flatMap(({ run, tags }) => tags.map((series) => [JSON.stringify([run, series.tag]), series])),
  );
  return {
    runs: objects(runs).map(({ run, name, tags }) => ({
      run: string(run),
      name: string(name),
      tags: objects(tags).map((entry) => decodeSeries(entry, known.get(JSON.stringify([run, entry.tag])))),
    })),
    hparams: objects(hparams).map(({ run, values }) => ({ run: string(run), values: decodeHparams(values) })),
  };
}

function decodeSeries({ tag, after, steps, values, wall_times }: JsonObject, earlier?: ScalarSeries): ScalarSeries {
  const end = continuedFrom({ after }, earlier?.steps);
  const continued = (before: Float64Array | undefined, more: unknown) =>
    Float64Array.from([...(before?.subarray(0, end) ?? []), ...numbers(more)]);
  return {
    tag: string(tag),
    steps: continued(earlier?.steps, steps),
    values: continued(earlier?.values, values),
    wallTimes: continued(earlier?.wallTimes, wall_times),
  };
}

export const requestScalars = (run: string): Request<Scalars> => growingJson('scalars', { run }, decodeScalars);
