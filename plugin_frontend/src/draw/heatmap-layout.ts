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
  readonly hasBars: boolean;
  /** No column is wider. */
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
  /** How the columns are labelled: by their tokens, lying or upright, or by numbers. */
  readonly labels: 'lying' | 'upright' | 'numbers';
  /** Left and right of the bars; their numbers stand right of them where `numbers` says so. */
  readonly bars: readonly [number, number] | null;
  readonly numbers: boolean;
  readonly maxLeft: number;
  readonly maxTop: number;
}

export const READABLE = 13;
const PINNED = 15;
const TALLEST = 20;
const GAP = 5;
export const WIDEST = 36;
const SMALLEST_LABELLED = 11;
const LONGEST_LABEL = 64;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

export function layOut(shape: Shape, zoom: Zoom): Layout {
  const { width, height, rows, columns } = shape;
  const left = shape.rowLabel + 14;
  const numbers = shape.hasBars && width >= 420;
  const beside = shape.hasBars ? (numbers ? 112 : 64) : 8;
  const right = Math.max(left + 1, width - beside);
  const bars: [number, number] | null = shape.hasBars ? [right + 16, right + (numbers ? 68 : 52)] : null;

  const fit = Math.min(shape.widest, (right - left) / Math.max(1, columns));
  const columnWidth = zoom.columnWidth === 'fit' ? fit : clamp(zoom.columnWidth, fit, Math.max(fit, WIDEST));
  const labels = columnWidth < SMALLEST_LABELLED ? 'numbers' : shape.columnLabel + 4 <= columnWidth ? 'lying' : 'upright';
  const axis = labels === 'upright' ? Math.min(LONGEST_LABEL, shape.columnLabel) + 10 : 22;
  const floor = Math.max(PINNED, height - axis);

  const { pinned, separators, end } = pin(shape.groups, Math.max(PINNED, rows ? 0.5 * floor : floor), rows ? PINNED : alone(shape.groups, floor));
  const top = pinned.length ? end + (rows ? GAP : 0) : 0;
  const room = Math.max(0, floor - top);
  const fitted = clamp(room / Math.max(1, rows), 1, TALLEST);
  const rowHeight = zoom.rowHeight === 'fit' ? fitted : clamp(zoom.rowHeight, fitted, TALLEST);
  return {
    left,
    right,
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

/** Height of the pinned rows where no list follows. */
function alone(groups: readonly Group[], room: number): number {
  const count = groups.reduce((sum, { units }) => sum + units.length, 0);
  return clamp((room - GAP * (groups.length - 1)) / Math.max(1, count), PINNED, 3 * PINNED);
}

/** Whole groups from the top, as many as there is room for; the first always stands. */
function pin(groups: readonly Group[], room: number, rowHeight: number): { pinned: PinnedRow[]; separators: number[]; end: number } {
  const pinned: PinnedRow[] = [];
  const separators: number[] = [];
  let y = 0;
  groups.forEach(({ units, suggested }, i) => {
    const need = units.length * rowHeight + (i ? GAP : 0);
    if (i && y + need > room + 1e-6) return;
    if (i) {
      separators.push(y + GAP / 2);
      y += GAP;
    }
    for (const unit of units) {
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
export function placeAt(layout: Layout, scroll: Scroll, x: number): number | null {
  if (x < layout.left || x >= layout.right) return null;
  const place = Math.floor((x - layout.left + scroll.left) / layout.columnWidth);
  return place >= 0 && place < layout.columns ? place : null;
}

export function rowTop(layout: Layout, scroll: Scroll, row: number): number {
  return layout.top + row * layout.rowHeight - scroll.top;
}

export function placeLeft(layout: Layout, scroll: Scroll, place: number): number {
  return layout.left + place * layout.columnWidth - scroll.left;
}

/** First and end of the rows that show. */
export function visibleRows(layout: Layout, scroll: Scroll): [number, number] {
  const first = Math.floor(scroll.top / layout.rowHeight);
  const end = Math.ceil((scroll.top + layout.bottom - layout.top) / layout.rowHeight);
  return [Math.max(0, first), Math.min(layout.rows, Math.max(first, end))];
}

/** First and end of the places that show. */
export function visiblePlaces(layout: Layout, scroll: Scroll): [number, number] {
  const first = Math.floor(scroll.left / layout.columnWidth);
  const end = Math.ceil((scroll.left + layout.right - layout.left) / layout.columnWidth);
  return [Math.max(0, first), Math.min(layout.columns, Math.max(first, end))];
}

/** Zoom by `factor` so that what is under `x` stays there. */
export function zoomAt(shape: Shape, zoom: Zoom, scroll: Scroll, factor: number, x: number): { zoom: Zoom; left: number } {
  const before = layOut(shape, zoom);
  const wanted = before.columnWidth * factor;
  const fitted = layOut(shape, { ...zoom, columnWidth: 'fit' }).columnWidth;
  const next: Zoom = { ...zoom, columnWidth: wanted <= fitted * 1.001 ? 'fit' : wanted };
  const after = layOut(shape, next);
  const inside = clamp(x, before.left, before.right) - before.left;
  const place = (inside + scroll.left) / before.columnWidth;
  return { zoom: next, left: clamp(place * after.columnWidth - inside, 0, after.maxLeft) };
}
