import type { Projection } from '../../data/states.ts';

/** Components on the axes of a plot; three for one that turns. */
export type Axes = readonly [x: number, y: number] | readonly [x: number, y: number, z: number];

/** Components that a word of the link names, as far as the projection has them. */
export function axesOf(word: string, components: number): Axes {
  if (word === '3d' && components >= 3) return [0, 1, 2];
  const [x, y] = word.split(' ').map((number) => Number(number) - 1);
  return x < components && y < components ? [x, y] : [0, Math.min(1, components - 1)];
}

/** Points of a plot, with what belongs to each; a state without a point is NaN. */
export interface StatePoints {
  /** Token of each point, ascending. */
  readonly tokens: Uint32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Null on two axes. */
  readonly z: Float32Array | null;
}

/** Points on some axes; `keep` leaves out those of other tokens. */
export function statePoints(projection: Projection, axes: Axes, keep?: (token: number) => boolean): StatePoints {
  const { tokens, points, components } = projection;
  const indices: number[] = [];
  for (let i = 0; i < tokens.length; i++) if (!keep || keep(tokens[i])) indices.push(i);
  const column = (axis: number) => Float32Array.from(indices, (i) => points[i * components + axis]);
  return {
    tokens: Uint32Array.from(indices, (i) => tokens[i]),
    x: column(axes[0]),
    y: column(axes[1]),
    z: axes.length === 3 ? column(axes[2]) : null,
  };
}

/** First index whose token is not before `token`. */
export function firstAt(tokens: Uint32Array, token: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle] < token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the point of a token; -1 if it has none. */
export function pointOf({ tokens, x }: StatePoints, token: number): number {
  const index = firstAt(tokens, token);
  return tokens[index] === token && Number.isFinite(x[index]) ? index : -1;
}

/** Tokens of the last step of each sequence that has one. */
export function lastTokens(lengths: readonly number[], consumed: readonly number[] | null): Set<number> {
  const last = new Set<number>();
  let first = 0;
  lengths.forEach((length, sequence) => {
    const steps = consumed?.[sequence] ?? length;
    if (steps > 0) last.add(first + steps - 1);
    first += length;
  });
  return last;
}

/** First token and end of a sequence. */
export function sequenceRange(lengths: readonly number[], sequence: number): readonly [number, number] {
  let first = 0;
  for (let k = 0; k < sequence; k++) first += lengths[k] ?? 0;
  return [first, first + (lengths[sequence] ?? 0)];
}

/** Tokens around one, within its sequence. */
export function around(lengths: readonly number[], token: number, trail: number): readonly [number, number] {
  let first = 0;
  for (const length of lengths) {
    if (token < first + length) return [Math.max(first, token - trail), Math.min(first + length, token + trail + 1)];
    first += length;
  }
  return [token, token];
}

/** Yaw and pitch of a word of the link. */
export function parseTurn(word: string): readonly [yaw: number, pitch: number] {
  const [yaw, pitch] = word.split(' ').map(Number);
  return Number.isFinite(yaw) && Number.isFinite(pitch) ? [yaw, pitch] : [0.6, 0.4];
}

/** Position of points of a turned box, and their depth; larger is nearer. */
export interface Turned {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly depth: Float32Array;
}

/** Turns points around the middle of their box, by yaw and then by pitch. */
export function turned(
  { x, y, z }: Pick<StatePoints, 'x' | 'y' | 'z'>,
  middle: readonly number[],
  [yaw, pitch]: readonly [number, number],
): Turned {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const [across, up, depth] = [new Float32Array(x.length), new Float32Array(x.length), new Float32Array(x.length)];
  for (let i = 0; i < x.length; i++) {
    const [a, b, c] = [x[i] - middle[0], y[i] - middle[1], (z ? z[i] : 0) - middle[2]];
    const near = cy * c - sy * a;
    across[i] = cy * a + sy * c;
    up[i] = cp * b - sp * near;
    depth[i] = sp * b + cp * near;
  }
  return { x: across, y: up, depth };
}
