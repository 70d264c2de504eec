import type { ResponseMean } from '../../data/types.ts';
import { lossPath } from './loss-line.ts';

/** Lowest and highest value of a picture. */
export type Scale = readonly [low: number, high: number];

/**
 * Line of the mean activity around an event with the band of chance.
 * It fills a box of `width` x `height`.
 */
export interface ResponsePicture {
  readonly path: string;
  /** Outline of the band; empty if no lag has one. */
  readonly band: string;
  /** Position of the event. */
  readonly x: number;
}

export function responsePicture(
  response: ResponseMean,
  width: number,
  height: number,
  scale: Scale = commonScale([response]),
): ResponsePicture {
  const { mean, low, high } = response;
  return {
    path: lossPath(mean.map(finiteOrNull), ...scale, width, height),
    band: bandPath(low, high, scale, width, height),
    x: width / 2,
  };
}

/** Common scale of responses: smallest and largest mean or chance limit. */
export function commonScale(responses: readonly ResponseMean[]): Scale {
  const values = responses.flatMap(({ mean, low, high }) => [...mean, ...low, ...high]).filter(Number.isFinite);
  return values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
}

/** Tokens before and behind the event. */
export const lagsOf = ({ mean }: ResponseMean) => (mean.length - 1) / 2;

/**
 * Lag and mean furthest outside the band, in widths of the band.
 * Null if there are none.
 */
export function strongestLag({ mean, low, high }: ResponseMean): { lag: number; value: number } | null {
  let at = -1;
  let most = -1;
  mean.forEach((value, i) => {
    const deviation = Math.abs(value - (low[i] + high[i]) / 2) / (high[i] - low[i]);
    if (deviation > most) [at, most] = [i, deviation];
  });
  return at < 0 ? null : { lag: at - lagsOf({ mean, low, high }), value: mean[at] };
}

const finiteOrNull = (value: number) => (Number.isFinite(value) ? value : null);

/** Outline of the band where both of its ends are known. */
function bandPath(low: readonly number[], high: readonly number[], scale: Scale, width: number, height: number) {
  const finite = high.flatMap((value, i) => (Number.isFinite(value - low[i]) ? [i] : []));
  const point = (value: number, i: number) => {
    const x = (i / Math.max(1, high.length - 1)) * width;
    const y = height - ((value - scale[0]) / (scale[1] - scale[0] || 1)) * height;
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  };
  if (!finite.length) return '';
  const outline = [...finite.map((i) => point(high[i], i)), ...finite.reverse().map((i) => point(low[i], i))];
  return `M${outline.join('L')}Z`;
}
