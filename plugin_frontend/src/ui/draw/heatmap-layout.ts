import type { Group } from './heatmap-rows.ts';

/** All lengths are CSS pixels. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
  /** Width of the widest row label. */
  readonly rowLabel: number;
  /** Width of the widest column label. */
  readonly columnLabel: number;
  /** Number of bars of a row. */
  readonly bars: number;
  /** No column is wider while all are in view. */
  readonly widest: number;
}

export interface Zoom {
  /** Height of a row, or all rows in view at once. */
  readonly rowHeight: number | 'fit';
  /** Width of a column, or all columns in view at once. */
  readonly columnWidth: number | 'fit';
}

export interface Scroll {
  readonly left: number;
  readonly top: number;
}

export interface PinnedRow {
  readonly unit: number;
  readonly top: number;
  readonly bottom: number;
  readonly suggested: boolean;
}

export interface Layout {
  readonly left: number;
  readonly right: number;
  /** Under the names of the bars. */
  readonly head: number;
  readonly pinned: readonly PinnedRow[];
  /** Between the groups. */
  readonly separators: readonly number[];
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly columnWidth: number;
  readonly rows: number;
  readonly columns: number;
  /** Labels of the columns: tokens, lying or upright, or numbers. */
  readonly labels: 'lying' | 'upright' | 'numbers';
  /** Left and right of each column of bars that has room. */
  readonly bars: readonly (readonly [number, number])[];
  /** True if the values of the bars stand right of them. */
  readonly numbers: boolean;
  readonly maxLeft: number;
  readonly maxTop: number;
}

export const READABLE = 13;
export const WIDEST = 36;
/** A cell of this size has room for its token and its value. */
export const CELL: Readonly<{ rowHeight: number; columnWidth: number }> = { rowHeight: 36, columnWidth: 64 };
const PINNED = 15;
const TALLEST = 20;
const LARGEST = { rowHeight: 64, columnWidth: 160 };
const GAP = 5;
const SMALLEST_LABELLED = 11;
const LONGEST_LABEL = 64;
const LONGEST_ROW_LABEL = 0.3;
const BAR = { least: 22, most: 52, gap: 10, share: 0.45 };
/** Of the room, with a list under them. */
const MOST_PINNED = 0.5;
const MOST_FIRST = 0.75;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

export function layOut(shape: Shape, zoom: Zoom): Layout {
  const { width, height, rows, columns } = shape;
  const left = Math.min(shape.rowLabel, LONGEST_ROW_LABEL * width) + 14;
  const { right, bars, numbers } = placeBars(shape, left);
  const head = bars.length > 1 ? 30 : bars.length ? 18 : 0;

  const fit = Math.min(shape.widest, (right - left) / Math.max(1, columns));
  const columnWidth =
    zoom.columnWidth === 'fit' ? fit : clamp(zoom.columnWidth, fit, Math.max(fit, LARGEST.columnWidth));
  const labels =
    columnWidth < SMALLEST_LABELLED ? 'numbers' : shape.columnLabel + 4 <= columnWidth ? 'lying' : 'upright';
  const axis = labels === 'upright' ? Math.min(LONGEST_LABEL, 0.25 * height, shape.columnLabel) + 10 : 22;
  const floor = Math.max(head + PINNED, height - axis);

  const tall = zoom.rowHeight !== 'fit' && zoom.rowHeight > TALLEST ? Math.min(zoom.rowHeight, CELL.rowHeight) : PINNED;
  const { pinned, separators, end } = pin(
    shape.groups,
    head,
    floor,
    rows ? tall : alone(shape.groups, floor - head),
    rows > 0,
  );
  const top = pinned.length ? end + (rows ? GAP : 0) : head;
  const room = Math.max(0, floor - top);
  const fitted = Math.min(TALLEST, room / Math.max(1, rows)) || 1;
  const rowHeight = zoom.rowHeight === 'fit' ? fitted : clamp(zoom.rowHeight, fitted, LARGEST.rowHeight);
  return {
    left,
    right,
    head,
    pinned,
    separators,
    top,
    bottom: Math.min(floor, top + rows * rowHeight),
    height,
    rowHeight,
    columnWidth,
    rows,
    columns,
    labels,
    bars,
    numbers,
    maxLeft: Math.max(0, columns * columnWidth - (right - left)),
    maxTop: Math.max(0, rows * rowHeight - room),
  };
}

/** Lays out at least one bar, and as many as take less than half of the width. */
function placeBars({ width, bars: count }: Shape, left: number): Pick<Layout, 'right' | 'bars' | 'numbers'> {
  if (!count) return { right: Math.max(left + 1, width - 8), bars: [], numbers: false };
  const numbers = count === 1 && width >= 420;
  const room = BAR.share * width;
  const wide = count === 1 ? (numbers ? BAR.most : 36) : clamp(Math.floor(room / count) - BAR.gap, BAR.least, BAR.most);
  const visibleBars = Math.max(1, Math.min(count, Math.floor(room / (wide + BAR.gap))));
  const beside = 16 + visibleBars * wide + (visibleBars - 1) * BAR.gap + (numbers ? 44 : 12);
  const right = Math.max(left + 1, width - beside);
  const bars = Array.from({ length: visibleBars }, (_, i): [number, number] => {
    const from = right + 16 + i * (wide + BAR.gap);
    return [from, from + wide];
  });
  return { right, bars, numbers };
}

/** Height of the pinned rows where no list follows. */
function alone(groups: readonly Group[], room: number): number {
  const count = groups.reduce((sum, { units }) => sum + units.length, 0);
  return clamp((room - GAP * (groups.length - 1)) / Math.max(1, count), PINNED, 3 * PINNED);
}

/**
 * Pins whole groups at the top, as many as fit.
 * Of the first group it pins as much as leaves room for the list.
 */
function pin(
  groups: readonly Group[],
  head: number,
  floor: number,
  rowHeight: number,
  list: boolean,
): { pinned: PinnedRow[]; separators: number[]; end: number } {
  const pinned: PinnedRow[] = [];
  const separators: number[] = [];
  const share = (part: number) => head + (list ? part : 1) * (floor - head);
  let y = head;
  groups.forEach(({ units, suggested }, i) => {
    const need = units.length * rowHeight + (i ? GAP : 0);
    if (i && y + need > share(MOST_PINNED) + 1e-6) return;
    if (i) {
      separators.push(y + GAP / 2);
      y += GAP;
    }
    for (const unit of units) {
      if (!i && pinned.length && y + rowHeight > share(MOST_FIRST)) return;
      pinned.push({ unit, top: y, bottom: y + rowHeight, suggested: suggested.includes(unit) });
      y += rowHeight;
    }
  });
  return { pinned, separators, end: y };
}

export function clampScroll(layout: Layout, { left, top }: Scroll): Scroll {
  return { left: clamp(left, 0, layout.maxLeft), top: clamp(top, 0, layout.maxTop) };
}

/** A row of the list under `y`, or a pinned unit; null beside the rows. */
export function rowAt(layout: Layout, scroll: Scroll, y: number): { row: number } | { unit: number } | null {
  const pinned = layout.pinned.find((row) => y >= row.top && y < row.bottom);
  if (pinned) return { unit: pinned.unit };
  if (y < layout.top || y >= layout.bottom) return null;
  const row = Math.floor((y - layout.top + scroll.top) / layout.rowHeight);
  return row >= 0 && row < layout.rows ? { row } : null;
}

/** The place under `x`, null beside the plot. */
export function columnAt(layout: Layout, scroll: Scroll, x: number): number | null {
  if (x < layout.left || x >= layout.right) return null;
  const column = Math.floor((x - layout.left + scroll.left) / layout.columnWidth);
  return column >= 0 && column < layout.columns ? column : null;
}

export function rowTop(layout: Layout, scroll: Scroll, row: number): number {
  return layout.top + row * layout.rowHeight - scroll.top;
}

export function columnLeft(layout: Layout, scroll: Scroll, column: number): number {
  return layout.left + column * layout.columnWidth - scroll.left;
}

/** First and end of the rows that show. */
export function visibleRows(layout: Layout, scroll: Scroll): [number, number] {
  const first = Math.floor(scroll.top / layout.rowHeight);
  const end = Math.ceil((scroll.top + layout.bottom - layout.top) / layout.rowHeight - 1e-9);
  return [Math.max(0, first), Math.min(layout.rows, Math.max(first, end))];
}

/** First and end of the places that show. */
export function visibleColumns(layout: Layout, scroll: Scroll): [number, number] {
  const first = Math.floor(scroll.left / layout.columnWidth);
  const end = Math.ceil((scroll.left + layout.right - layout.left) / layout.columnWidth);
  return [Math.max(0, first), Math.min(layout.columns, Math.max(first, end))];
}
