import type { ExplainedPrediction, Explanations } from '../../data/explanations.ts';
import { LARGEST_GAP } from '../../data/explanations.ts';
import type { TokenText } from '../../data/types.ts';
import { startOf } from '../../state/named-matrices.ts';
import { makeColormap, type Colormap } from '../../state/colormap.ts';
import { nearlyAll } from '../../ui/draw/text-colors.ts';
import { visible } from '../../state/visible-characters.ts';
import { formatNumber, spaced } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';

/** Share of the parts that lie inside the colour limits. */
const INSIDE = 0.98;
/** Steps whose parts are listed. */
const LISTED = 12;

/** Key of a prediction in the link: sequence and step. */
export const keyOf = ({ sequence, step }: Pick<ExplainedPrediction, 'sequence' | 'step'>): string =>
  `${sequence}:${step}`;

/** Step of a prediction, counted in the whole text. */
export const tokenOf = (text: Pick<TokenText, 'lengths'>, { sequence, step }: ExplainedPrediction): number =>
  startOf(text, sequence) + step;

/**
 * Prediction on show.
 * It is that of the link; or that of a token, the last one read or the one that came; or that of the largest loss.
 */
export function chosenPrediction(
  predictions: readonly ExplainedPrediction[],
  key: string,
  token: number | null,
  text: Pick<TokenText, 'lengths'> | null,
): ExplainedPrediction | null {
  const named = predictions.find((one) => keyOf(one) === key);
  if (named) return named;
  const about =
    text && token !== null
      ? [token, token - 1].flatMap((at) => predictions.find((one) => tokenOf(text, one) === at) ?? [])
      : [];
  if (about.length) return about[0];
  return predictions.reduce<ExplainedPrediction | null>(
    (best, one) => (!best || one.loss > best.loss ? one : best),
    null,
  );
}

/** Parts of the steps up to the prediction; of a pair, of all steps of its source. */
export function readParts(
  { values, step, first }: ExplainedPrediction,
  channels: number,
  isPair: boolean,
): Float32Array {
  return isPair ? values : values.subarray(0, (step - first + 1) * channels);
}

/** Colours of parts: red raised the score, blue lowered it, robust limits. */
export function partColors(values: readonly Float32Array[], dark: boolean, swapped = false): Colormap {
  const sizes = Float32Array.from(values.flatMap((part) => Array.from(part, Math.abs)));
  const limit = nearlyAll(sizes, INSIDE);
  return makeColormap({ low: -limit, high: limit, diverging: true, dark, swapped });
}

/** A step of the input, with its part. */
export interface Part {
  /** Step counted from the first that was read. */
  readonly offset: number;
  /** Index of the channel; 0 of a text. */
  readonly channel: number;
  /** Steps before the prediction. */
  readonly lag: number;
  readonly value: number;
}

/** The largest parts, the largest first. */
export function strongestParts(prediction: ExplainedPrediction, channels: number, isPair: boolean): Part[] {
  const { values, step, first } = prediction;
  return Array.from(values, (value, k) => {
    const offset = Math.floor(k / channels);
    return { offset, channel: k % channels, lag: isPair ? NaN : step - first - offset, value };
  })
    .filter(({ value }) => value !== 0 && Number.isFinite(value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, LISTED);
}

const METHODS: Readonly<Record<string, string>> = { lrp: 'LRP', gradient_x_input: 'gradient × input' };

/** Sentence on how far the parts account for the score. */
export function accountOf({ method }: Pick<Explanations, 'method'>, prediction: ExplainedPrediction): string {
  const { gap, change, score } = prediction;
  const name = METHODS[method] ?? spaced(method);
  if (Number.isNaN(gap)) return `${name}: the parts have no sum to be compared with; score ${formatNumber(score)}`;
  const account =
    gap <= LARGEST_GAP
      ? `conserved, the gap is ${gap < 0.001 ? 'below 0.1 %' : percent(gap)}`
      : `not conserved: the parts miss it by ${percent(gap)}`;
  return `${name}: the parts should sum to ${formatNumber(change)} of the score ${formatNumber(score)}; ${account}`;
}

/** Reason for a choice, in words. */
export const REASONS: Readonly<Record<ExplainedPrediction['reason'], string>> = {
  loss: 'large loss',
  label: 'its label',
  spread: 'evenly spread',
  feature: 'feature',
};

/** Outcome of a prediction in a few words. */
export function outcome({ explained, predicted, target }: ExplainedPrediction): string {
  if (predicted === null) return `output ${visible(explained)}`;
  const came = target === null ? '' : target === predicted ? ', right' : `, right is ${visible(target)}`;
  const other = explained === predicted ? '' : `; explained is ${visible(explained)}`;
  return `predicted ${visible(predicted)}${came}${other}`;
}
