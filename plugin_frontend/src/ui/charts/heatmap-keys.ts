import type { Layout } from '../draw/heatmap-layout.ts';
import { rowOfUnit, unitOfRow, type Picture } from '../draw/heatmap-picture.ts';
import type { Factor } from '../draw/heatmap-zoom.ts';

const STEP = 1.5;
const ZOOMS: Readonly<Record<string, Factor>> = {
  '+': { x: STEP, y: STEP },
  '=': { x: STEP, y: STEP },
  '-': { x: 1 / STEP, y: 1 / STEP },
  '0': { x: 0, y: 0 },
  '>': { x: STEP, y: 1 },
  '<': { x: 1 / STEP, y: 1 },
  ']': { x: 1, y: STEP },
  '[': { x: 1, y: 1 / STEP },
};
const ARROWS: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export const KEYS_HELP =
  'Plus and minus zoom, zero shows everything; brackets zoom rows, angle brackets columns. ' +
  'Arrows go from cell to cell, Shift and arrows mark a range of tokens, Space chooses a row, Enter zooms to its cell.';

export const zoomOf = (key: string): Factor | null => ZOOMS[key] ?? null;
export const arrowOf = (key: string) => ARROWS[key] ?? null;

export interface Cell {
  readonly unit: number;
  readonly column: number;
}

/** The cell beside another one, through the pinned rows and then the list. */
export function cellBeside(
  { unit, column }: Cell,
  [across, down]: readonly [number, number],
  picture: Pick<Picture, 'units'>,
  { pinned, rows, columns }: Layout,
): Cell {
  const listed = rowOfUnit(picture, unit, rows);
  const at = rows && listed >= 0 ? pinned.length + listed : pinned.findIndex((row) => row.unit === unit);
  const next = Math.max(0, Math.min(pinned.length + rows - 1, at + down));
  return {
    unit: next < pinned.length ? pinned[next].unit : unitOfRow(picture, next - pinned.length),
    column: Math.max(0, Math.min(columns - 1, column + across)),
  };
}
