import { palette } from './axes.ts';

const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 4],
  [4, 4],
  [1, 3],
  [10, 2, 2, 2, 2, 2],
];

/** Lengths of dashes and gaps of a recording's lines; none for a whole line. */
export const dashOf = (series: number): readonly number[] => DASHES[series % DASHES.length];

/** Stroke of a recording's lines: a colour, and dashes for those who do not see it. */
export interface Stroke {
  readonly color: string;
  readonly dash: readonly number[];
}

export function strokeOf(series: number, dark: boolean): Stroke {
  const colors = palette(dark).series;
  return { color: colors[series % colors.length], dash: dashOf(series) };
}
