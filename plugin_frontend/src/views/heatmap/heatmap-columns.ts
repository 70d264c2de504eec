import { matches } from '../../ui/draw/heatmap-rows.ts';
import { quoted } from '../../state/visible-characters.ts';
import type { HeatmapOptions } from './heatmap-options.ts';
import { featureName } from '../../ui/feature-name.ts';

/** Tokens of the columns, in order. */
export interface Columns {
  readonly count: number;
  /** Tokens in their order; null where place p is token p. */
  readonly order: Uint32Array | null;
  /** Reason for which the columns are not those asked for; null if they are. */
  readonly note: string | null;
}

export function chooseColumns(
  mask: Uint8Array | null,
  tokens: number,
  feature: string,
  choice: HeatmapOptions['columns'],
): Columns {
  const all = (note: string | null) => ({ count: tokens, order: null, note });
  if (choice === 'all') return all(null);
  if (!mask || mask.length !== tokens)
    return all(`Where ${quoted(featureName(feature))} matches is not in the log: all tokens are shown.`);
  const order = matches(mask);
  if (!order.length) return all(`${quoted(featureName(feature))} matches no token: all tokens are shown.`);
  return { count: order.length, order, note: null };
}

export function tokenAt({ order, count }: Columns, column: number): number | null {
  if (column < 0 || column >= count) return null;
  return order ? order[column] : column;
}

/** The first place whose token is not before this one; `count` if there is none. */
export function columnFrom({ order, count }: Columns, token: number): number {
  if (!order) return Math.min(count, Math.max(0, token));
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle] < token) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function columnOf(columns: Columns, token: number): number | null {
  const column = columnFrom(columns, token);
  return tokenAt(columns, column) === token ? column : null;
}

/** The places of a stretch of tokens; null where none of them stands here. */
export function columnsOf(
  columns: Columns,
  tokens: readonly [number, number] | null,
): readonly [first: number, end: number] | null {
  if (!tokens) return null;
  const [first, end] = [columnFrom(columns, tokens[0]), columnFrom(columns, tokens[1])];
  return first < end ? [first, end] : null;
}

/** The stretch of tokens from the first place to before the end. */
export function tokensOf(columns: Columns, [first, end]: readonly [number, number]): readonly [number, number] {
  return [tokenAt(columns, first)!, tokenAt(columns, end - 1)! + 1];
}

/** Columns that begin a sequence; none if only matches are shown. */
export function sequenceStarts({ order }: Columns, lengths: readonly number[]): number[] {
  if (order) return [];
  let start = 0;
  return lengths.map((length) => (start += length) - length);
}
