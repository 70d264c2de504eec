import type { Pointed } from './matrix-model.ts';

/** Positions of the cells and labels of a matrix, in CSS pixels. */
export interface MatrixLayout {
  readonly rows: number;
  readonly columns: number;
  /** Left and top edge of the cells. */
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Every so many rows and columns have a label. */
  readonly rowStride: number;
  readonly columnStride: number;
  /** True if the labels of the columns stand upright, bottom to top. */
  readonly isRotated: boolean;
}

/** Size of a picture, and of the labels of its matrix. */
export interface MatrixShape {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  /** Widths of the widest label of a row and of a column. */
  readonly rowLabel: number;
  readonly columnLabel: number;
}

/** Cells are at most so large. */
const LARGEST_CELL = 56;
/** Cells of at least this size are squares. */
const SQUARE = 7;
/** Height of a line of text. */
const LINE = 13;
const GAP = 6;
/** Share of the picture that labels may take. */
const LABELS = 0.38;

export function layoutMatrix({ width, height, rows, columns, rowLabel, columnLabel }: MatrixShape): MatrixLayout {
  const left = Math.ceil(Math.min(rowLabel, LABELS * width)) + GAP;
  const across = Math.min(LARGEST_CELL, (width - left - GAP) / Math.max(1, columns));
  const isRotated = columnLabel > across - 2;
  const head = isRotated ? Math.min(columnLabel, LABELS * height) : LINE;
  const top = Math.ceil(head) + GAP;
  const down = Math.min(LARGEST_CELL, (height - top - GAP) / Math.max(1, rows));
  const square = Math.min(across, down);
  const [cellWidth, cellHeight] = square >= SQUARE ? [square, square] : [across, down];
  return {
    rows,
    columns,
    left,
    top,
    cellWidth,
    cellHeight,
    rowStride: Math.max(1, Math.ceil(LINE / cellHeight - 0.2)),
    columnStride: Math.max(1, Math.ceil((isRotated ? LINE : columnLabel + 4) / cellWidth - 0.2)),
    isRotated,
  };
}

/** Cell at a point; its row or column alone if the point is on a label. */
export function cellAt(layout: MatrixLayout, x: number, y: number): Pointed {
  const { left, top, rows, columns, cellWidth, cellHeight } = layout;
  const [across, down] = [(x - left) / cellWidth, (y - top) / cellHeight];
  if (across >= columns || down >= rows || (across < 0 && down < 0)) return { row: null, column: null };
  return { row: down < 0 ? null : Math.floor(down), column: across < 0 ? null : Math.floor(across) };
}

/** Cell after a key, from the one pointed at; null for a key that moves nothing. */
export function cellAfter(key: string, { row, column }: Pointed, rows: number, columns: number): Pointed | null {
  const [r, c] = [row ?? 0, column ?? 0];
  const isFirst = row === null && column === null;
  const cells: Readonly<Record<string, Pointed>> = {
    ArrowUp: { row: Math.max(0, r - 1), column: c },
    ArrowDown: { row: isFirst ? 0 : Math.min(rows - 1, r + 1), column: c },
    ArrowLeft: { row: r, column: Math.max(0, c - 1) },
    ArrowRight: { row: r, column: isFirst ? 0 : Math.min(columns - 1, c + 1) },
    Home: { row: r, column: 0 },
    End: { row: r, column: columns - 1 },
    PageUp: { row: 0, column: c },
    PageDown: { row: rows - 1, column: c },
  };
  return cells[key] ?? null;
}

/**
 * Largest value in magnitude of each pixel that shares cells.
 * A single bright cell stays visible in a matrix with more cells than pixels.
 */
export function pooled(
  values: Float32Array,
  rows: number,
  columns: number,
  maxRows: number,
  maxColumns: number,
): { readonly values: Float32Array; readonly rows: number; readonly columns: number } {
  const [height, width] = [Math.min(rows, Math.max(1, maxRows)), Math.min(columns, Math.max(1, maxColumns))];
  if (height === rows && width === columns) return { values, rows, columns };
  const pool = new Float32Array(height * width).fill(NaN);
  for (let r = 0; r < rows; r++) {
    const row = Math.floor((r * height) / rows) * width;
    for (let c = 0; c < columns; c++) {
      const [value, at] = [values[r * columns + c], row + Math.floor((c * width) / columns)];
      if (!(Math.abs(pool[at]) >= Math.abs(value)) && !Number.isNaN(value)) pool[at] = value;
    }
  }
  return { values: pool, rows: height, columns: width };
}
