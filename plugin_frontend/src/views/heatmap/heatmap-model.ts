import type { Activity, Matrix, TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import type { UnitColors } from '../../state/activity-colors.ts';
import { stepLabel } from '../../state/signal-time.ts';
import { visible } from '../../state/visible-characters.ts';
import { makeCells, rankColors, type Cells, type Ranked } from '../../ui/draw/heatmap-cells.ts';
import type { Picture } from '../../ui/draw/heatmap-picture.ts';
import type { Group } from '../../ui/draw/heatmap-rows.ts';
import { formatCount, formatNumber } from '../../ui/format.ts';
import type { BarColumn } from './bar-columns.ts';
import { keyOf, stackedAt, type StackedRow } from './gate-stack.ts';
import { sequenceStarts, tokenAt, type Columns } from './heatmap-columns.ts';

/** Everything a heatmap draws. */
export interface Model {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  /** Of the list under the groups; 0 where only the groups are read. */
  readonly rows: number;
  readonly columns: number;
  readonly colorsOf: UnitColors;
  readonly matrix: Matrix;
  readonly tokens: Columns;
  readonly bars: readonly BarColumn[];
  readonly stack: readonly StackedRow[];
}

export interface Parts {
  readonly activity: Activity;
  /** True if every unit is read, not only the units of the groups. */
  readonly whole: boolean;
  readonly text: TokenText | null;
  readonly columns: Columns;
  readonly cells: Cells;
  readonly colorsOf: UnitColors;
  readonly groups: readonly Group[];
  readonly order: Uint32Array | null;
  readonly chosen: number;
  readonly bars: readonly BarColumn[];
  readonly stack: readonly StackedRow[];
  readonly stackCells: Cells;
}

const ranked = new WeakMap<Colormap, Ranked>();

/**
 * Ranks of a colormap, cached, with rest in the middle.
 * A shut gate stands out like an open one.
 */
function rank(colors: Colormap): Ranked {
  return ranked.get(colors) ?? ranked.set(colors, rankColors(colors, (colors.low + colors.high) / 2)).get(colors)!;
}

/**
 * Cells of every unit.
 * They do not depend on the chosen unit and are kept when it changes.
 */
export function unitCells({ matrix }: Activity, { count, order }: Columns, colorsOf: UnitColors): Cells {
  return makeCells(count, order, (unit) =>
    unit < matrix.rows ? { values: matrix.row(unit), ranked: rank(colorsOf(unit)) } : null,
  );
}

export function stackCells(stack: readonly StackedRow[], { count, order }: Columns): Cells {
  return makeCells(count, order, (row) => {
    const stacked = stackedAt(stack, row);
    return stacked?.values ? { values: stacked.values, ranked: rank(stacked.colors) } : null;
  });
}

export function buildModel({
  activity,
  whole,
  text,
  columns,
  cells,
  colorsOf,
  groups,
  order,
  chosen,
  bars,
  stack,
  stackCells: stacked,
}: Parts): Model {
  const { matrix } = activity;
  const nameOf = (column: number) => {
    const token = tokenAt(columns, column);
    return token === null ? '' : text ? tokenLabel(text, token) : String(token);
  };
  const colorsOfRow = (row: number) => stackedAt(stack, row)?.colors ?? colorsOf(row);
  return {
    matrix,
    colorsOf,
    bars,
    stack,
    tokens: columns,
    columns: columns.count,
    rows: whole ? matrix.rows : 0,
    groups: stack.length ? [{ units: stack.map((_, index) => keyOf(index)), suggested: [] }, ...groups] : groups,
    picture: {
      cells: { codes: (row, level) => (row < 0 ? stacked : cells).codes(row, level) },
      units: order,
      chosen,
      bars,
      shades: (row) => rank(colorsOfRow(row)),
      label: (row) => stackedAt(stack, row)?.label ?? String(row),
      words: (row, column) => {
        const token = tokenAt(columns, column);
        const values = row < 0 ? stackedAt(stack, row)?.values : matrix.row(row);
        if (!values || token === null) return null;
        const { ink, index, diverging } = colorsOfRow(row);
        return {
          name: nameOf(column),
          value: formatNumber(values[token], diverging),
          ink: ink[Math.max(0, index(values[token]))],
        };
      },
      axis: {
        kind: 'tokens',
        label: nameOf,
        counts: columns.order ? 'match' : text?.signal ? 'step' : 'token',
        starts: sequenceStarts(columns, activity.lengths),
      },
    },
  };
}

/** Token with visible white space; the time or step of a signal. */
const tokenLabel = (text: TokenText, token: number) =>
  stepLabel(text, token) ?? visible(text.table[text.tokens[token]] ?? '');

/** "1 unit", "2 units". */
export const pluralizeAs = (n: number, one: string, many = `${one}s`) => `${formatCount(n)} ${n === 1 ? one : many}`;
