import { mapValues, numbers, object, objects, string, type JsonObject } from './json.ts';
import { json, type Request } from './request.ts';

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

export const requestScalars = (run: string): Request<Scalars> => json('scalars', { run }, decodeScalars);
