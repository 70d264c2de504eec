import type { Outputs } from '../../data/types.ts';
import { horizonOf } from './horizons.ts';

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

/**
 * Errors of forecasts of whole sequences, which are at their last steps.
 * The naive forecast repeats the last known value of the series that is forecast.
 *
 * @param channels Values of all steps, (steps, width).
 * @param channel Index of the channel that is forecast; -1 if it is none, then there is no skill.
 * @returns Null without targets.
 */
export function windowSkill(
  { values, targets, count, names }: Outputs,
  lengths: readonly number[],
  output: number,
  { values: channels, width, channel }: { values: Float32Array; width: number; channel: number },
): ForecastSkill | null {
  if (!targets) return null;
  let [steps, error, naiveError, first] = [0, 0, 0, 0];
  for (const length of lengths) {
    const last = first + length - 1;
    first += length;
    const target = targets[last * count + output];
    const gap = Math.abs(values[last * count + output] - target);
    const naive = channel < 0 ? NaN : channels[last * width + channel];
    if (!Number.isFinite(gap) || (channel >= 0 && !Number.isFinite(naive))) continue;
    steps++;
    error += gap;
    naiveError += Math.abs(naive - target);
  }
  if (!steps) return null;
  return {
    horizon: horizonOf(names[output]),
    steps,
    error: error / steps,
    naiveError: naiveError / steps,
    skill: naiveError ? 1 - error / naiveError : NaN,
  };
}
