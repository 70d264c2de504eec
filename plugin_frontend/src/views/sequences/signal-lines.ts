import type { TokenText } from '../../data/types.ts';

/** Channels that are drawn of a sequence at most. */
export const MOST_CHANNELS = 8;

/** Channels of a signal on one scale. */
export interface SignalLines {
  readonly names: readonly string[];
  readonly low: number;
  readonly high: number;
  /** Value of a channel at a step, counted over all sequences. */
  readonly at: (channel: number, step: number) => number;
  /** Number of channels that are not drawn. */
  readonly more: number;
}

/** The first channels of a signal on the scale of all of them; null for a text. */
export function signalLines({ signal }: TokenText): SignalLines | null {
  if (!signal?.channels.length) return null;
  const { channels, values } = signal;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  return {
    names: channels.slice(0, MOST_CHANNELS),
    low,
    high,
    at: (channel, step) => values[step * channels.length + channel],
    more: Math.max(0, channels.length - MOST_CHANNELS),
  };
}

/**
 * Path of a channel over steps of a sequence, `d` of SVG.
 * Of more steps than `most`, the lowest and the highest of each stretch are points. A gap ends a line.
 *
 * @param x Pixels of a position among the steps.
 * @param y Pixels of a share of the scale.
 */
export function channelPath(
  { at, low, high }: SignalLines,
  channel: number,
  first: number,
  length: number,
  x: (position: number) => number,
  y: (share: number) => number,
  most = 2000,
): string {
  const stride = Math.max(1, Math.ceil((2 * length) / most));
  let [path, isOpen] = ['', false];
  const point = (position: number, value: number) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    path += `${isOpen ? 'L' : 'M'}${x(position).toFixed(1)} ${y(share).toFixed(1)}`;
    isOpen = true;
  };
  for (let start = 0; start < length; start += stride) {
    const values = Array.from({ length: Math.min(stride, length - start) }, (_, k) => at(channel, first + start + k));
    const known = values.filter(Number.isFinite);
    if (!known.length) isOpen = false;
    else if (stride === 1) point(start + 0.5, known[0]);
    else {
      point(start + stride / 2, Math.min(...known));
      point(start + stride / 2, Math.max(...known));
    }
  }
  return path;
}
