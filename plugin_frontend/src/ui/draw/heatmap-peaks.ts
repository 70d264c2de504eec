import type { Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { columnLeft, rowTop, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { unitOfRow, type FrequencyAxis, type Picture } from './heatmap-picture.ts';
import { paintPeak } from './peak-mark.ts';

const LEAST_HEIGHT = 4;

/** Dims frequencies outside the band and marks the peak of each row on its cell. */
export function paintPeaks(
  { context }: Sheet,
  picture: Picture,
  axis: FrequencyAxis,
  layout: Layout,
  scroll: Scroll,
  colors: Palette,
): void {
  const { left, right, head, top, bottom } = layout;
  const x = (f: number) => Math.max(left, Math.min(right, columnLeft(layout, scroll, axis.columnOf(f))));
  const [low, high] = axis.band;
  context.save();
  context.beginPath();
  context.rect(left, head, right - left, bottom - head);
  context.clip();
  context.fillStyle = colors.page;
  context.globalAlpha = 0.75;
  if (low > 0) context.fillRect(left, head, x(low) - left, bottom - head);
  if (high < 0.5) context.fillRect(x(high), head, right - x(high), bottom - head);
  context.globalAlpha = 1;
  const mark = (unit: number, y: number, radius: number) => {
    const peak = axis.peak(unit);
    const color = unit === picture.chosen ? colors.accent : colors.ink;
    if (peak) paintPeak(context, columnLeft(layout, scroll, peak.bin + 0.5), y, radius, peak.stands, color, colors);
  };
  for (const { unit, top: from, bottom: to } of layout.pinned) mark(unit, (from + to) / 2, 3);
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  if (layout.rowHeight >= LEAST_HEIGHT) {
    const [first, end] = visibleRows(layout, scroll);
    for (let row = first; row < end; row++)
      mark(
        unitOfRow(picture, row),
        rowTop(layout, scroll, row) + layout.rowHeight / 2,
        Math.min(3, layout.rowHeight / 3),
      );
  }
  context.restore();
}
