import { linearScale, type Scale } from '../../ui/draw/plot-scale.ts';
import { turned, type StatePoints } from './state-points.ts';

const [LEFT, RIGHT, TOP, BOTTOM] = [40, 12, 16, 34];
/** Room beyond the fitted states, as a share of their range. */
const BEYOND = 0.04;
const REACH = 14;
/** Radius of a box that turns, in halves of its longest side. */
const WIDER = 1.2;

/** Axis of a plot. */
export interface PlotAxis {
  readonly title: string;
  /** Shorter title, at the tip of an axis of three. */
  readonly short: string;
  readonly low: number;
  readonly high: number;
}

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Position of every point in CSS pixels.
 * Of three axes there is a depth; larger is nearer.
 */
export interface PlotLayout extends PlotSize {
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly depth: Float32Array | null;
  /** Scales of two axes; null of a turned box. */
  readonly scales: { readonly x: Scale; readonly y: Scale } | null;
  /** Ends of the axes of a turned box, from its middle. */
  readonly arms: readonly { readonly title: string; readonly x: number; readonly y: number }[];
  readonly middle: readonly [x: number, y: number];
  /** Positions of further points, beyond the edge if they are. */
  project(cloud: Pick<StatePoints, 'x' | 'y' | 'z'>): Pick<PlotLayout, 'x' | 'y'>;
}

function padded({ low, high }: PlotAxis): readonly [number, number] {
  const room = BEYOND * (high - low) || 1;
  return [low - room, high + room];
}

export function plotLayout(
  points: StatePoints,
  axes: readonly PlotAxis[],
  { width, height }: PlotSize,
  turn: readonly [yaw: number, pitch: number],
): PlotLayout {
  const box = {
    left: LEFT,
    right: Math.max(LEFT + 1, width - RIGHT),
    top: TOP,
    bottom: Math.max(TOP + 1, height - BOTTOM),
  };
  const size = { width, height, box, middle: [width / 2, height / 2] as const };
  if (!points.z) {
    const x = linearScale(...padded(axes[0]), box.left, box.right, Math.max(2, (box.right - box.left) / 70));
    const y = linearScale(...padded(axes[1] ?? axes[0]), box.bottom, box.top, Math.max(2, (box.bottom - box.top) / 40));
    // States beyond the fitted ones stand at the edge.
    const inside = (low: number, high: number, at: number) => (at < low ? low : at > high ? high : at);
    return {
      ...size,
      x: points.x.map((value) => inside(box.left, box.right, x.at(value))),
      y: points.y.map((value) => inside(box.top, box.bottom, y.at(value))),
      depth: null,
      scales: { x, y },
      arms: [],
      project: (cloud) => ({ x: cloud.x.map((value) => x.at(value)), y: cloud.y.map((value) => y.at(value)) }),
    };
  }
  const middle = axes.map(({ low, high }) => (low + high) / 2);
  const halves = axes.map(({ low, high }) => (high - low) / 2);
  const scale = Math.min(width, height - 20) / 2 / (WIDER * Math.max(...halves) || 1);
  const positions = (cloud: Pick<StatePoints, 'x' | 'y' | 'z'>) => {
    const { x, y, depth } = turned(cloud, middle, turn);
    return { x: x.map((v) => width / 2 + scale * v), y: y.map((v) => height / 2 - scale * v), depth };
  };
  const ends = axes.map((_, k) => middle.map((value, j) => value + (j === k ? halves[k] : 0)));
  const tips = positions({
    x: Float32Array.from(ends, ([a]) => a),
    y: Float32Array.from(ends, ([, b]) => b),
    z: Float32Array.from(ends, ([, , c]) => c),
  });
  return {
    ...size,
    ...positions(points),
    scales: null,
    project: positions,
    arms: axes.map(({ short }, k) => ({ title: short, x: tips.x[k], y: tips.y[k] })),
  };
}

/** Nearest point within reach of a position; null if there is none. */
export function pointNear({ x, y }: Pick<PlotLayout, 'x' | 'y'>, left: number, top: number): number | null {
  let best: number | null = null;
  let least = REACH * REACH;
  for (let i = 0; i < x.length; i++) {
    const far = (x[i] - left) ** 2 + (y[i] - top) ** 2;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

/** SVG path through points, broken where one is missing. */
export function pathThrough({ x, y }: Pick<PlotLayout, 'x' | 'y'>, first: number, end: number): string {
  let path = '';
  let pen = 'M';
  for (let i = first; i < end; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) {
      pen = 'M';
      continue;
    }
    path += `${pen}${x[i].toFixed(1)} ${y[i].toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

/** Depth of points as ranks of painting, nearest last. */
export function depthRanks(depth: Float32Array): Uint8Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of depth) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const factor = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(depth, (value) => (Number.isFinite(value) ? (value - low) * factor : 0));
}
