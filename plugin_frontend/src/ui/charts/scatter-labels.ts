import { spotOf, type Frame, type Scatter, type Spot } from '../draw/scatter.ts';

/** Most labels of a plot. */
const LABELLED = 14;
/** Width of a letter and height of a line, in CSS pixels. */
const [LETTER, LINE] = [6.2, 12];

/**
 * Positions of labels that do not cover each other, by the index of their mark.
 * Those of a higher rank are placed first.
 */
export function labelSpots(scatter: Scatter, frame: Frame, indices: readonly number[]): ReadonlyMap<number, Spot> {
  const { mark } = scatter;
  const spots = new Map<number, Spot>();
  if (!mark) return spots;
  const placed: { readonly x: number; readonly y: number; readonly width: number }[] = [];
  const order = [...indices].sort((a, b) => mark(b).labelRank - mark(a).labelRank);
  for (const index of order.slice(0, LABELLED)) {
    const point = spotOf(scatter, frame, index)!;
    const [x, y, width] = [point.x + 8, point.y - 5, LETTER * mark(index).label.length];
    if (x + width > frame.right || y < frame.top + 10) continue;
    if (placed.some((other) => Math.abs(other.y - y) < LINE && x < other.x + other.width && other.x < x + width))
      continue;
    placed.push({ x, y, width });
    spots.set(index, { x, y });
  }
  return spots;
}
