import { sheet, type Sheet } from '../../ui/draw/axes-canvas.ts';
import type { Palette } from '../../ui/draw/axes.ts';
import { columnsOf, pixelGrid, type PixelGrid, type StepWindow } from '../../ui/draw/sampled-series.ts';
import type { Band, BandLayout } from '../../ui/draw/signal-bands.ts';
import {
  GUTTER,
  legendWidths,
  paintBands,
  paintColumns,
  plotColumns,
  type ColumnRange,
} from '../../ui/draw/signal-paint.ts';

/** Last picture: what it shows, and its columns. */
interface Painted {
  readonly inputs: readonly unknown[];
  readonly grid: PixelGrid;
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/**
 * Painter of the bands of one canvas.
 * If only the window has moved, the last picture is moved, and the columns that came into view are painted.
 */
export class BandPainter {
  private last: Painted | null = null;

  paint(
    canvas: HTMLCanvasElement,
    { width, height, ratio }: { readonly width: number; readonly height: number; readonly ratio: number },
    bands: readonly Band[],
    layout: BandLayout,
    view: StepWindow,
    colors: Palette,
  ): void {
    const columns = plotColumns({ width, ratio });
    const { last } = this;
    const inputs = [width, height, ratio, colors, layout.height, columns, ...bands];
    let grid = pixelGrid(view, columns);
    if (grid && last && isSameScale(grid, last.grid)) grid = onGrid(grid, last.grid.perPixel);
    this.last = grid && { inputs, grid };
    const context = canvas.getContext('2d');
    if (grid && last && context && grid.perPixel === last.grid.perPixel && sameItems(inputs, last.inputs)) {
      const shift = last.grid.column - grid.column;
      if (!shift) return;
      if (Math.abs(shift) < columns) {
        moveBands({ context, width, height, ratio }, bands, layout, grid, colors, shift);
        return;
      }
    }
    const painted = sheet(canvas, width, height, ratio);
    if (painted) paintBands(painted, bands, layout, grid ?? view, colors);
  }

  /** Paints everything at the next time. */
  reset(): void {
    this.last = null;
  }
}

const isSameScale = (a: PixelGrid, b: PixelGrid) => Math.abs(a.perPixel - b.perPixel) < 1e-9 * a.perPixel;

/** The grid with columns of exactly so many steps. */
const onGrid = (grid: PixelGrid, perPixel: number): PixelGrid =>
  columnsOf({ ...grid, perPixel, column: Math.round(grid.first / perPixel) }, 0, grid.columns);

/** Moves a picture to the right by some device pixels, and paints the rest. */
function moveBands(
  painted: Sheet,
  bands: readonly Band[],
  layout: BandLayout,
  grid: PixelGrid,
  colors: Palette,
  shift: number,
): void {
  const { context, ratio } = painted;
  const { columns } = grid;
  const left = Math.round(GUTTER * ratio);
  const staying = columns - Math.abs(shift);
  const [source, target] = [left + Math.max(0, -shift), left + Math.max(0, shift)];
  const { height } = context.canvas;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(context.canvas, source, 0, staying, height, target, 0, staying, height);
  context.restore();
  // Legends stay where they are: columns below them, and those that they were moved to, are painted as well.
  const [leftLegend, rightLegend] = legendWidths(painted, bands).map((width) => Math.ceil(width * ratio));
  const entered = shift > 0 ? { from: 0, to: shift } : { from: staying, to: columns };
  const below = [
    ...(leftLegend ? [{ from: 0, to: leftLegend + Math.max(0, shift) }] : []),
    ...(rightLegend ? [{ from: columns - rightLegend + Math.min(0, shift), to: columns }] : []),
  ];
  paintColumns(painted, bands, layout, grid, colors, joined([entered, ...below], columns));
}

/** Ranges within the columns, those that overlap joined. */
function joined(ranges: readonly ColumnRange[], columns: number): readonly ColumnRange[] {
  const sorted = ranges
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(columns, to) }))
    .sort((a, b) => a.from - b.from);
  const result: { from: number; to: number }[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else result.push({ ...range });
  }
  return result;
}
