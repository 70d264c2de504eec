import type { LaggedResponse } from '../../data/types.ts';
import { lossPath } from './loss-line.ts';

/**
 * Line of the mean activity around a feature with the band of chance.
 * It fills a box of `width` x `height`.
 */
export interface ResponsePicture {
  readonly path: string;
  readonly band: { readonly y: number; readonly height: number };
  /** Position of the feature. */
  readonly x: number;
}

export function responsePicture({ mean, low, high }: LaggedResponse, width: number, height: number): ResponsePicture {
  const finite = [...mean, low, high].filter(Number.isFinite);
  const [bottom, top] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  const y = (value: number) =>
    Number.isFinite(value) ? height - ((value - bottom) / (top - bottom || 1)) * height : height;
  return {
    path: lossPath(
      mean.map((value) => (Number.isFinite(value) ? value : null)),
      bottom,
      top,
      width,
      height,
    ),
    band: { y: y(high), height: Math.max(0, y(low) - y(high)) },
    x: width / 2,
  };
}

/** Tokens before and behind the feature. */
export const lagsOf = ({ mean }: LaggedResponse) => (mean.length - 1) / 2;

/** Lag and mean furthest from the middle of the band; null if there are none. */
export function strongestLag({ mean, low, high }: LaggedResponse): { lag: number; value: number } | null {
  const middle = (low + high) / 2;
  let at = -1;
  mean.forEach((value, i) => {
    if (Number.isFinite(value) && (at < 0 || Math.abs(value - middle) > Math.abs(mean[at] - middle))) at = i;
  });
  return at < 0 ? null : { lag: at - (mean.length - 1) / 2, value: mean[at] };
}
