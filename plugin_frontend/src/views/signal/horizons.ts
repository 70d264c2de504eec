/** Horizon of a forecast: steps ahead, and the index of its output. */
export interface Horizon {
  readonly steps: number;
  readonly index: number;
}

/** Outputs that forecast one series, nearest horizon first. */
export interface ForecastSeries {
  /** Name of the series; empty where outputs are named by their horizon alone. */
  readonly name: string;
  readonly horizons: readonly Horizon[];
}

const AHEAD = /^(?:(.*[^\s,])[\s,]+)?t ?\+ ?(\d+)$/;

/**
 * Series that outputs forecast, by names such as "speed, t + 10".
 * Null if one has no horizon.
 */
export function forecastSeries(names: readonly string[]): readonly ForecastSeries[] | null {
  const series = new Map<string, Horizon[]>();
  for (const [index, name] of names.entries()) {
    const match = AHEAD.exec(name.trim());
    if (!match) return null;
    const key = match[1] ?? '';
    series.set(key, [...(series.get(key) ?? []), { steps: Number(match[2]), index }]);
  }
  return [...series].map(([name, horizons]) => ({ name, horizons: horizons.sort((a, b) => a.steps - b.steps) }));
}

/** Series that an output belongs to; undefined if outputs have no horizons. */
export const seriesOfOutput = (
  { names }: { readonly names: readonly string[] },
  output: number,
): ForecastSeries | undefined =>
  forecastSeries(names)?.find(({ horizons }) => horizons.some(({ index }) => index === output));

/** Steps that an output looks ahead, by its name; 1 without such a name. */
export function horizonOf(name: string | undefined): number {
  const steps = /\bt ?\+ ?(\d+)/.exec(name ?? '');
  return Math.max(1, steps ? Number(steps[1]) : 1);
}

/** Steps behind the last one that the outputs reach; 0 if they have no horizons. */
export function stepsBeyond(names: readonly string[]): number {
  const series = forecastSeries(names) ?? [];
  const several = series.filter(({ horizons }) => horizons.length > 1);
  return Math.max(0, ...several.map(({ horizons }) => horizons.at(-1)!.steps));
}

/**
 * Values that were forecast at one step, at the steps that they are about.
 * Steps between two horizons are interpolated, all others NaN.
 *
 * @param values (steps of all sequences, count), row-major.
 * @param row Step at which the forecast was made, among those of all sequences.
 * @param step The same within its sequence.
 * @param extent Length of the result.
 */
export function forecastPath(
  { values, count }: { readonly values: Float32Array; readonly count: number },
  { horizons }: ForecastSeries,
  row: number,
  step: number,
  extent: number,
): Float32Array {
  const path = new Float32Array(extent).fill(NaN);
  for (const [k, { steps, index }] of horizons.entries()) {
    const value = values[row * count + index];
    if (step + steps < extent) path[step + steps] = value;
    const before = horizons[k - 1];
    if (!before) continue;
    const start = values[row * count + before.index];
    for (let between = before.steps + 1; between < steps && step + between < extent; between++)
      path[step + between] = start + ((value - start) * (between - before.steps)) / (steps - before.steps);
  }
  return path;
}
