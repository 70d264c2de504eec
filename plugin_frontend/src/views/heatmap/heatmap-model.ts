import type { Colormap } from '../../draw/colormap.ts';
import { visible } from '../../draw/glyphs.ts';
import type { Picture } from '../../draw/heatmap-picture.ts';
import { groupUnits, matches, orderBySize, type Group } from '../../draw/heatmap-rows.ts';
import type { Activity, Digest, Matrix, Relevance, TokenText } from '../../data/types.ts';
import { count } from '../../elements/words.ts';
import type { Selection } from '../../state/store.ts';
import type { HeatmapOptions } from './heatmap-options.ts';

export interface Sources {
  readonly activity: Activity | null;
  readonly text: TokenText | null;
  readonly mask: Uint8Array | null;
  readonly relevance: Relevance | null;
}

export interface Model {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
  readonly colors: Colormap;
  readonly matrix: Matrix;
  /** A sentence for the reader, such as why something other than what they asked for is shown. */
  readonly note: string | null;
  placeOf(token: number): number | null;
  tokenAt(place: number): number;
}

/** Everything a heatmap draws, or the reason why nothing can be drawn. */
export function buildModel(
  a: Sources,
  b: Sources,
  selection: Selection,
  found: Pick<Digest, 'hypotheses'> | null,
  colors: Colormap,
  differences: Colormap,
  options: HeatmapOptions,
): Model | string {
  const { side } = options;
  const own = side === 'b' ? b : a;
  if (!own.activity) return 'Nothing is recorded here.';
  let matrix = own.activity.matrix;
  if (side === 'difference') {
    const other = b.activity?.matrix;
    if (!other) return 'Nothing is recorded for B.';
    const reason = whyNotComparable(matrix, other, a.text, b.text);
    if (reason) return reason;
    matrix = difference(other, matrix);
    colors = differences;
  }
  const { order, note } = chooseColumns(own.mask, matrix.columns, selection.feature, options.columns);
  const columns = order ? order.length : matrix.columns;
  const statistic = own.relevance ? own.relevance.get(selection.feature, options.statistic) : new Float32Array(0);
  const { text } = own;
  const tokenAt = (place: number) => (order ? order[place] : place);
  return {
    matrix,
    colors,
    note,
    columns,
    rows: matrix.rows,
    groups: groupUnits(found?.hypotheses ?? [], selection, selection.unit, matrix.rows),
    tokenAt,
    placeOf: (token) => placeOf(order, matrix.columns, token),
    picture: {
      values: (unit) => matrix.row(unit),
      units: options.order === 'statistic' && statistic.length ? orderBySize(statistic, matrix.rows) : null,
      order,
      shades: { ...colors, rest: (colors.low + colors.high) / 2 },
      chosen: selection.unit,
      bars: statistic.length ? { values: statistic, ...barRange(statistic, options.statistic) } : null,
      axis: {
        kind: 'tokens',
        label: (place) => (text ? visible(text.table[text.tokens[tokenAt(place)]] ?? '') : String(tokenAt(place))),
        counts: order ? 'match' : 'token',
        starts: order ? [] : sequenceStarts(own.activity.lengths),
      },
    },
  };
}

function chooseColumns(mask: Uint8Array | null, tokens: number, feature: string, wanted: HeatmapOptions['columns']) {
  const all = (note: string | null) => ({ order: null, note });
  if (wanted === 'all') return all(null);
  if (!mask || mask.length !== tokens) return all(`Where “${visible(feature)}” matches is not in the log: all tokens are shown.`);
  const order = matches(mask);
  if (!order.length) return all(`“${visible(feature)}” matches no token: all tokens are shown.`);
  return { order, note: null };
}

function placeOf(order: Uint32Array | null, tokens: number, token: number): number | null {
  if (!order) return token >= 0 && token < tokens ? token : null;
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle] < token) low = middle + 1;
    else high = middle;
  }
  return order[low] === token ? low : null;
}

export function whyNotComparable(a: Matrix, b: Matrix, textA: TokenText | null, textB: TokenText | null): string | null {
  if (a.rows !== b.rows) return `A has ${counted(a.rows, 'unit')} and B has ${b.rows}: a difference needs the same units.`;
  if (a.columns !== b.columns) return `A has ${counted(a.columns, 'token')} and B has ${b.columns}: a difference needs the same text.`;
  if (textA && textB && textA !== textB && !sameText(textA, textB)) return 'A and B read different texts: a difference needs the same text.';
  return null;
}

function sameText(a: TokenText, b: TokenText): boolean {
  return a.tokens.length === b.tokens.length && a.tokens.every((id, t) => a.table[id] === b.table[b.tokens[t]]);
}

/** `a` - `b`, row by row as they are asked for. */
export function difference(a: Matrix, b: Matrix): Matrix {
  const rows = new Map<number, Float32Array>();
  return {
    rows: a.rows,
    columns: a.columns,
    scale: a.scale,
    codes: null,
    missing: (r, c) => a.missing(r, c) || b.missing(r, c),
    row: (r) => {
      let values = rows.get(r);
      if (!values) {
        const other = b.row(r);
        values = a.row(r).map((value, c) => value - other[c]);
        rows.set(r, values);
      }
      return values;
    },
  };
}

/** From 0 to the largest, or as far to both sides where there are negative ones; relevance is a share of 1. */
export function barRange(values: Float32Array, statistic: string): { low: number; high: number } {
  if (statistic === 'relevance') return { low: 0, high: 1 };
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const reach = Math.max(-low, high) || 1;
  return { low: low < 0 ? -reach : 0, high: reach };
}

function sequenceStarts(lengths: readonly number[]): number[] {
  const starts: number[] = [];
  let start = 0;
  for (const length of lengths) {
    starts.push(start);
    start += length;
  }
  return starts;
}

/** "1 unit", "2 units". */
export const counted = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
