import type { Finding, LaggedResponse } from '../../data/types.ts';
import { lossPath } from '../../ui/draw/loss-line.ts';

/** Common scale of a unit's responses: smallest and largest mean or chance limit. */
export function commonScale(hypotheses: readonly Finding[]): readonly [low: number, high: number] {
  const responses = hypotheses
    .flatMap(({ response }) => (response ? [...response.mean, response.low, response.high] : []))
    .filter(Number.isFinite);
  return responses.length ? [Math.min(...responses), Math.max(...responses)] : [0, 1];
}

export interface Small {
  readonly path: string;
  readonly band: { readonly y: number; readonly height: number };
}

export function smallResponse(
  { mean, low, high }: LaggedResponse,
  [bottom, top]: readonly [number, number],
  width: number,
  height: number,
): Small {
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
  };
}
