import { SampledSeries } from '../../ui/draw/sampled-series.ts';

/** Sequence of a signal: index, first step among all, number of steps. */
export interface SequenceSpan {
  readonly sequence: number;
  readonly first: number;
  readonly length: number;
  /** Steps behind the last one that are drawn, which a forecast is about. */
  readonly beyond?: number;
}

/** Steps that are drawn of a sequence. */
export const drawnSteps = ({ length, beyond = 0 }: SequenceSpan): number => length + beyond;

const cache = new WeakMap<object, Map<string, SampledSeries>>();

/**
 * Series of a sequence in an array of values, cached with its pyramid.
 *
 * @param values (steps of all sequences, width), row-major.
 * @param span The sequence; NaN stands for the steps behind its last one.
 * @param width Number of values of a step.
 * @param index Index of the value.
 */
export function seriesOf(values: Float32Array | Uint8Array, span: SequenceSpan, width = 1, index = 0): SampledSeries {
  const cached = cache.get(values) ?? new Map<string, SampledSeries>();
  cache.set(values, cached);
  const { first, length } = span;
  const drawn = drawnSteps(span);
  const key = `${first} ${drawn} ${width} ${index}`;
  let series = cached.get(key);
  if (!series) {
    const own =
      width === 1 && values instanceof Float32Array && drawn === length
        ? values.subarray(first, first + length)
        : Float32Array.from({ length: drawn }, (_, i) => (i < length ? values[(first + i) * width + index] : NaN));
    cached.set(key, (series = new SampledSeries(own)));
  }
  return series;
}

const residuals = new WeakMap<SampledSeries, { readonly target: SampledSeries; readonly series: SampledSeries }>();

/** Forecast less target, cached. */
export function residualSeries(forecast: SampledSeries, target: SampledSeries): SampledSeries {
  let cached = residuals.get(forecast);
  if (cached?.target !== target) {
    const series = new SampledSeries(forecast.values.map((value, i) => value - target.values[i]));
    residuals.set(forecast, (cached = { target, series }));
  }
  return cached.series;
}

/** Sequence that holds a token; the first one without a token. */
export function sequenceSpan(lengths: readonly number[], token: number | null): SequenceSpan {
  let first = 0;
  for (const [sequence, length] of lengths.entries()) {
    if (token !== null && length && token < first + length) return { sequence, first, length };
    first += length;
  }
  return { sequence: 0, first: 0, length: lengths[0] ?? 0 };
}
