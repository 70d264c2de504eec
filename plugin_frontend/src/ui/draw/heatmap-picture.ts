import type { Shades } from './heatmap.ts';
import type { Cells } from './heatmap-cells.ts';

/**
 * Content of a heatmap, independent of its size.
 * A row is a unit; below 0 it is something else, such as a gate of the chosen unit.
 */
export interface Picture {
  readonly cells: Cells;
  /** Units of the list in their order; null where row r is unit r. */
  readonly units: Uint32Array | null;
  readonly chosen: number;
  shades(row: number): Shades;
  /** Label left of a row. */
  label(row: number): string;
  /** Text and text colour of a cell with room for it; null while the row is missing. */
  words(row: number, column: number): CellWords | null;
  /** At the right, one a row. */
  readonly bars: readonly Bars[];
  readonly axis: TokenAxis | FrequencyAxis;
}

export interface CellWords {
  readonly name: string;
  readonly value: string;
  readonly ink: string;
}

export interface Bars {
  readonly values: Float32Array;
  readonly low: number;
  readonly high: number;
  /** Position of zero among the bars. */
  readonly zero: number;
  /** True if a unit's bar is at the level of chance. */
  chance(unit: number): boolean;
}

export interface TokenAxis {
  readonly kind: 'tokens';
  label(column: number): string;
  /**
   * Unit of counting for columns without room for labels.
   * Matches count from 1, tokens from 0.
   */
  readonly counts: 'token' | 'step' | 'match';
  /** Places where a new sequence begins, ascending. */
  readonly starts: readonly number[];
}

export interface FrequencyAxis {
  readonly kind: 'frequency';
  /** Position of a frequency; b + 0.5 is the middle of bin b. */
  columnOf(frequency: number): number;
  /** Frequency band; everything outside is dimmed. */
  readonly band: readonly [low: number, high: number];
  peak(unit: number): Marked | null;
}

/** A peak, and whether it stands above noise; null where nobody tested it. */
export interface Marked {
  readonly bin: number;
  readonly stands: boolean | null;
}

export const OUT_OF_SIGHT = -1;

export function unitOfRow(picture: Pick<Picture, 'units'>, row: number): number {
  return picture.units ? picture.units[row] : row;
}

/** The row of the list that shows a unit, or OUT_OF_SIGHT. */
export function rowOfUnit(picture: Pick<Picture, 'units'>, unit: number, rows: number): number {
  if (unit < 0) return OUT_OF_SIGHT;
  const row = picture.units ? picture.units.indexOf(unit) : unit;
  return row < rows ? row : OUT_OF_SIGHT;
}
