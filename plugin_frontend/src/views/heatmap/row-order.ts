import { orderBySize } from '../../ui/draw/heatmap-rows.ts';
import type { BarColumn } from './bar-columns.ts';
import type { HeatmapOptions } from './heatmap-options.ts';

/** Column of bars that orders the rows: that of the chosen feature, else the first. */
export function sortingColumn(bars: readonly BarColumn[], { order, by }: Pick<HeatmapOptions, 'order' | 'by'>): number {
  if (order !== 'statistic' || !bars.length) return -1;
  return Math.max(
    0,
    bars.findIndex(({ feature }) => feature === by),
  );
}

/** Units in their order; null for by number. `similar` is null until computed. */
export function orderRows(
  units: number,
  bars: readonly BarColumn[],
  options: Pick<HeatmapOptions, 'order' | 'by'>,
  similar: Uint32Array | null,
): Uint32Array | null {
  if (options.order === 'similarity') return similar?.length === units ? similar : null;
  const column = sortingColumn(bars, options);
  return column < 0 ? null : orderBySize(bars[column].strength, units);
}
