import { clipText, rule, type Sheet } from './axes-canvas.ts';
import { niceStep, tickLabel, ticks, type Palette } from './axes.ts';
import { columnLeft, visibleColumns, type Layout, type Scroll } from './heatmap-layout.ts';
import type { FrequencyAxis, Picture, TokenAxis } from './heatmap-picture.ts';

/** Axis of the columns, under the heatmap. */
export function paintAxis(sheet: Sheet, axis: Picture['axis'], layout: Layout, scroll: Scroll, colors: Palette): void {
  const { context } = sheet;
  const right = Math.min(layout.right, columnLeft(layout, scroll, layout.columns));
  rule(sheet, layout.left, layout.bottom, right, layout.bottom, colors.muted);
  context.fillStyle = colors.muted;
  context.textAlign = 'right';
  if (axis.kind === 'tokens') context.fillText(axis.counts, layout.left - 8, layout.bottom + 11);
  context.save();
  context.beginPath();
  context.rect(layout.left - 4, layout.bottom, layout.right - layout.left + 8, layout.height - layout.bottom);
  context.clip();
  if (axis.kind === 'frequency') frequencies(sheet, axis, layout, scroll, colors);
  else if (layout.labels === 'numbers') numbers(sheet, axis, layout, scroll, colors);
  else tokens(sheet, axis, layout, scroll, colors);
  context.restore();
}

function tick(sheet: Sheet, layout: Layout, x: number, text: string, colors: Palette): void {
  const { context } = sheet;
  const half = context.measureText(text).width / 2;
  rule(sheet, x, layout.bottom, x, layout.bottom + 4, colors.muted);
  context.fillStyle = colors.muted;
  context.textAlign = 'center';
  context.fillText(text, Math.max(layout.left + half - 3, Math.min(layout.right + 3 - half, x)), layout.bottom + 11);
}

function numbers(sheet: Sheet, axis: TokenAxis, layout: Layout, scroll: Scroll, colors: Palette): void {
  const [first, end] = visibleColumns(layout, scroll);
  const from = axis.counts === 'match' ? 1 : 0;
  const step = Math.max(1, niceStep((70 / layout.columnWidth) * 0.999));
  for (let n = Math.ceil((first + from) / step) * step; n < end + from; n += step) {
    tick(sheet, layout, columnLeft(layout, scroll, n - from) + layout.columnWidth / 2, String(n), colors);
  }
}

function tokens({ context }: Sheet, axis: TokenAxis, layout: Layout, scroll: Scroll, colors: Palette): void {
  const [first, end] = visibleColumns(layout, scroll);
  const upright = layout.labels === 'upright';
  context.fillStyle = colors.ink;
  context.textAlign = upright ? 'right' : 'center';
  for (let column = first; column < end; column++) {
    const x = columnLeft(layout, scroll, column) + layout.columnWidth / 2;
    if (!upright) {
      context.fillText(axis.label(column), x, layout.bottom + 11);
      continue;
    }
    context.save();
    context.translate(x, layout.bottom + 6);
    context.rotate(-Math.PI / 2);
    context.fillText(clipText(context, axis.label(column), layout.height - layout.bottom - 8), 0, 0);
    context.restore();
  }
}

function frequencies(sheet: Sheet, axis: FrequencyAxis, layout: Layout, scroll: Scroll, colors: Palette): void {
  const [first, end] = visibleColumns(layout, scroll);
  const middle = axis.columnOf(0.25);
  const perCycle = (axis.columnOf(0.26) - middle) / 0.01;
  const low = Math.max(0, 0.25 + (first - middle) / perCycle);
  const high = Math.min(0.5, 0.25 + (end - middle) / perCycle);
  const count = Math.max(1, (layout.right - layout.left) / 60);
  const step = niceStep((high - low) / count);
  for (const f of ticks(low, high, count))
    tick(sheet, layout, columnLeft(layout, scroll, axis.columnOf(f)), tickLabel(f, step), colors);
}
