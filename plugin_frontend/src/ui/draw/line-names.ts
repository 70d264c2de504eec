/**
 * Heights of the names at the ends of lines, in order and at least `gap` apart.
 * They lie inside [top, bottom] as far as they fit.
 */
export function spread(heights: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b] || a - b);
  const placed = [...heights];
  let last = -Infinity;
  for (const i of order) last = placed[i] = Math.max(placed[i], last + gap, top);
  let next = Math.max(bottom, top + gap * (heights.length - 1)) + gap;
  for (const i of order.reverse()) next = placed[i] = Math.min(placed[i], next - gap);
  return placed;
}

/** The last place of a line that has a value; -1 where none has. */
export function lastKnown(values: ArrayLike<number>): number {
  let i = values.length - 1;
  while (i >= 0 && !Number.isFinite(values[i])) i--;
  return i;
}
