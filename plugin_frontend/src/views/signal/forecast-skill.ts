import type { Outputs } from '../../data/types.ts';

/** Errors of a forecast over steps with output, target and an earlier target. */
export interface ForecastSkill {
  /** Number of steps. */
  readonly steps: number;
  /** Mean absolute error of the forecast. */
  readonly error: number;
  /** Steps ahead: that of a name such as "speed, t + 10", otherwise 1. */
  readonly horizon: number;
  /** Mean absolute error of the naive forecast, the last value that is known. */
  readonly naiveError: number;
  /** 1 - error / naive error; NaN where the target never changes. */
  readonly skill: number;
}

/**
 * Mean absolute error of an output, and its skill against the naive forecast.
 * The naive forecast repeats the last known value: the target as many steps before as the forecast looks ahead, within
 * a sequence. Both errors are over the same steps.
 * The skill is 1 less the ratio of the two: 1 without error, 0 as good as the naive forecast, negative if worse.
 * Hyndman and Koehler (2006), doi 10.1016/j.ijforecast.2006.03.001, call the ratio mean absolute scaled error.
 *
 * @param output Index of the output.
 * @returns Null without targets, or if no step has all three values.
 */
export function forecastSkill(
  { values, targets, count, names }: Outputs,
  lengths: readonly number[],
  output: number,
): ForecastSkill | null {
  if (!targets) return null;
  const horizon = horizonOf(names[output]);
  let [steps, error, naiveError, first] = [0, 0, 0, 0];
  for (const length of lengths) {
    for (let i = first + horizon; i < first + length; i++) {
      const target = targets[i * count + output];
      const gap = Math.abs(values[i * count + output] - target);
      const change = Math.abs(target - targets[(i - horizon) * count + output]);
      if (!Number.isFinite(gap) || !Number.isFinite(change)) continue;
      steps++;
      error += gap;
      naiveError += change;
    }
    first += length;
  }
  if (!steps) return null;
  return {
    horizon,
    steps,
    error: error / steps,
    naiveError: naiveError / steps,
    skill: naiveError ? 1 - error / naiveError : NaN,
  };
}

/** Steps that an output looks ahead, by its name. */
function horizonOf(name: string | undefined): number {
  const steps = /\bt ?\+ ?(\d+)/.exec(name ?? '');
  return Math.max(1, steps ? Number(steps[1]) : 1);
}
