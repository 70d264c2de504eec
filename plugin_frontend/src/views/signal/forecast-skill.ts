import type { Outputs } from '../../data/types.ts';

/** Errors of a forecast over steps with output, target and the target before. */
export interface ForecastSkill {
  /** Number of steps. */
  readonly steps: number;
  /** Mean absolute error of the forecast. */
  readonly error: number;
  /** Mean absolute error of the naive forecast, the target of the step before. */
  readonly naiveError: number;
  /** 1 - error / naive error; NaN where the target never changes. */
  readonly skill: number;
}

/**
 * Mean absolute error of an output, and its skill against the naive forecast.
 * The naive forecast repeats the target of the step before within a sequence. Both errors are over the same steps.
 * The skill is 1 less the ratio of the two: 1 without error, 0 as good as the naive forecast, negative if worse.
 * Hyndman and Koehler (2006), doi 10.1016/j.ijforecast.2006.03.001, call the ratio mean absolute scaled error.
 *
 * @param output Index of the output.
 * @returns Null without targets, or if no step has all three values.
 */
export function forecastSkill(
  { values, targets, count }: Outputs,
  lengths: readonly number[],
  output: number,
): ForecastSkill | null {
  if (!targets) return null;
  let [steps, error, naiveError, first] = [0, 0, 0, 0];
  for (const length of lengths) {
    for (let i = first + 1; i < first + length; i++) {
      const target = targets[i * count + output];
      const gap = Math.abs(values[i * count + output] - target);
      const change = Math.abs(target - targets[(i - 1) * count + output]);
      if (!Number.isFinite(gap) || !Number.isFinite(change)) continue;
      steps++;
      error += gap;
      naiveError += change;
    }
    first += length;
  }
  if (!steps) return null;
  return {
    steps,
    error: error / steps,
    naiveError: naiveError / steps,
    skill: naiveError ? 1 - error / naiveError : NaN,
  };
}
