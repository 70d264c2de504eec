import type { Shades } from './heatmap.ts';

/** What a heatmap shows, whatever its size. */
export interface Picture {
  /** Values of a unit, one a column of the data. */
  values(unit: number): Float32Array;
  /** Units of the list in their order; null where row r is unit r. */
  readonly units: Uint32Array | null;
  /** Columns of the data in their order; null where place c is column c. */
  readonly order: Uint32Array | null;
  readonly shades: Shades;
  readonly chosen: number;
  /** Bars at the right, one a unit. */
  readonly bars: { readonly values: Float32Array; readonly low: number; readonly high: number } | null;
  readonly axis: TokenAxis | FrequencyAxis;
}

export interface TokenAxis {
  readonly kind: 'tokens';
  label(place: number): string;
  /** What a column is counted as where there is no room for its label. Matches count from 1, tokens from 0. */
  readonly counts: 'token' | 'match';
  /** Places where a new sequence begins, ascending. */
  readonly starts: readonly number[];
}

export interface FrequencyAxis {
  readonly kind: 'frequency';
  /** Where a frequency stands; b + 0.5 is the middle of bin b. */
  place(frequency: number): number;
  /** What is not between these frequencies is dimmed. */
  readonly band: readonly [low: number, high: number];
  /** The place of a unit's peak. */
  peak(unit: number): number | null;
}

export const OUT_OF_SIGHT = -1;

export function unitOfRow(picture: Picture, row: number): number {
  return picture.units ? picture.units[row] : row;
}

/** The row of the list that shows a unit, or OUT_OF_SIGHT. */
export function rowOfUnit(picture: Picture, unit: number, rows: number): number {
  const row = picture.units ? picture.units.indexOf(unit) : unit;
  return row < rows ? row : OUT_OF_SIGHT;
}
