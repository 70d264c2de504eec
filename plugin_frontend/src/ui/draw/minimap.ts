import type { Colormap } from '../../state/colormap.ts';
import type { Hits } from './text-find.ts';
import type { TextLayout } from './text-layout.ts';

/**
 * Value of each pixel row: that of its token farthest from `zero`.
 * A single spike in a long text stays visible. NaN if the row has no value.
 */
export function poolLines(layout: TextLayout, values: Float32Array, rows: number, zero: number): Float32Array {
  const pooled = new Float32Array(rows).fill(NaN);
  for (let line = 0; line < layout.lines; line++) {
    const [row, end] = rowsOf(layout, line, rows);
    let best = NaN;
    for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
      if (!(Math.abs(values[i] - zero) <= Math.abs(best - zero))) best = Number.isNaN(values[i]) ? best : values[i];
    }
    for (let r = row; r < end; r++) {
      if (!(Math.abs(best - zero) <= Math.abs(pooled[r] - zero))) pooled[r] = Number.isNaN(best) ? pooled[r] : best;
    }
  }
  return pooled;
}

/** 1 in every row that one of the tokens falls into. */
export function poolTokens(layout: TextLayout, tokens: Uint32Array, rows: number): Uint8Array {
  const pooled = new Uint8Array(rows);
  for (const token of tokens) {
    if (token < layout.x.length) pooled.fill(1, ...rowsOf(layout, layout.lineOf(token), rows));
  }
  return pooled;
}

/** The rows of a line; a long text has many lines to a row. */
function rowsOf({ lines }: TextLayout, line: number, rows: number): [first: number, end: number] {
  const row = Math.floor((line * rows) / lines);
  return [row, Math.max(row + 1, Math.floor(((line + 1) * rows) / lines))];
}

/** Rows of the minimap: one colour for each device pixel, with the marks beside it. */
export interface MinimapRows {
  readonly values: Float32Array | null;
  readonly matches: Uint8Array | null;
  readonly hits: Uint8Array | null;
}

/** Single places in the text. */
export interface MinimapPlaces {
  readonly range: readonly [first: number, end: number] | null;
  readonly pinned: number | null;
  readonly hover: number | null;
}

interface Look {
  readonly page: string;
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
}

/** Lanes from left to right, CSS pixels: range, colours, feature and search ticks. */
const LANES = { range: [0, 3], colors: [4, 10], matches: [15, 4], hits: [20, 4] } as const;
export const MINIMAP_WIDTH = 25;

export function poolRows(
  layout: TextLayout,
  values: Float32Array | null,
  colors: Colormap,
  matches: Uint32Array | null,
  hits: Hits | null,
  rows: number,
): MinimapRows {
  const zero = colors.diverging ? (colors.low + colors.high) / 2 : colors.low;
  const some = layout.lines > 0 && rows > 0;
  return {
    values: some && values ? poolLines(layout, values, rows, zero) : null,
    matches: some && matches ? poolTokens(layout, matches, rows) : null,
    hits: some && hits ? poolTokens(layout, hits.first, rows) : null,
  };
}

/** Paints the text as a strip, one pooled colour per device row, with its marks. */
export function paintMinimap(
  context: CanvasRenderingContext2D,
  layout: TextLayout,
  rows: MinimapRows,
  colors: Colormap,
  { range, pinned, hover }: MinimapPlaces,
  look: Look,
  ratio: number,
): void {
  const { width, height } = context.canvas;
  const fill = (color: string, [x, w]: readonly [number, number], y: number, h: number) => {
    context.fillStyle = color;
    context.fillRect(Math.round(x * ratio), y, Math.round(w * ratio), h);
  };
  context.fillStyle = look.page;
  context.fillRect(0, 0, width, height);
  if (!layout.lines || !height) return;
  rows.values?.forEach((value, y) => {
    const color = colors.index(value);
    if (color >= 0) fill(colors.css[color], LANES.colors, y, 1);
  });
  rows.matches?.forEach((there, y) => there && fill(look.ink, LANES.matches, y, 1));
  rows.hits?.forEach((there, y) => there && fill(look.accent, LANES.hits, y, 1));
  const rowAt = (token: number) =>
    Math.floor((Math.min(layout.lineOf(token), layout.lines - 1) * height) / layout.lines);
  if (range)
    fill(look.accent, LANES.range, rowAt(range[0]), Math.max(2 * ratio, rowAt(range[1] - 1) - rowAt(range[0]) + 1));
  const across = [0, width / ratio] as const;
  if (pinned !== null) fill(look.ink, across, rowAt(pinned), Math.ceil(2 * ratio));
  if (hover !== null) fill(look.muted, across, rowAt(hover), Math.ceil(ratio));
}
