import { rule, type Sheet } from './axes-canvas.ts';
import { tickLabel, type Palette } from './axes.ts';
import { rowTop, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { unitOfRow, type Picture } from './heatmap-picture.ts';

/** One number a unit, aligned with its row: how strongly it goes with the feature, or how high its peak is. */
export function paintBars(sheet: Sheet, picture: Picture, layout: Layout, scroll: Scroll, colors: Palette): void {
  const { context } = sheet;
  const { values, low, high } = picture.bars!;
  const [left, right] = layout.bars!;
  const at = (value: number) => left + ((Math.max(low, Math.min(high, value)) - low) / (high - low || 1)) * (right - left);
  const zero = at(0);
  const step = high < 0.1 ? 0.001 : high < 10 ? 0.01 : high < 100 ? 0.1 : 1;
  const row = (unit: number, top: number, height: number, gap: number, color: string) => {
    const value = values[unit];
    const finite = Number.isFinite(value);
    if (finite) {
      context.fillStyle = unit === picture.chosen ? colors.accent : colors.bar;
      context.fillRect(Math.min(zero, at(value)), top + gap, Math.max(0.5, Math.abs(at(value) - zero)), height - 2 * gap);
    }
    if (!layout.numbers || height < 11) return;
    context.fillStyle = color;
    context.textAlign = 'right';
    context.fillText(finite ? tickLabel(value, step) : '–', sheet.width - 6, top + height / 2 + 0.5);
  };
  for (const { unit, top, bottom } of layout.pinned) row(unit, top, bottom - top, 1, colors.ink);
  const [first, end] = visibleRows(layout, scroll);
  context.save();
  context.beginPath();
  context.rect(left - 2, layout.top, sheet.width - left + 2, Math.max(0, layout.bottom - layout.top));
  context.clip();
  const gap = layout.rowHeight > 4 ? 1 : 0;
  for (let r = first; r < end; r++) row(unitOfRow(picture, r), rowTop(layout, scroll, r), layout.rowHeight, gap, colors.muted);
  context.restore();

  rule(sheet, zero, 0, zero, layout.bottom, colors.muted);
  rule(sheet, left, layout.bottom, right, layout.bottom, colors.muted);
  context.fillStyle = colors.muted;
  context.textAlign = 'center';
  for (const value of [low, high]) {
    const text = value ? tickLabel(value, value % 1 ? step : 1) : '0';
    context.fillText(text, Math.min(at(value), sheet.width - context.measureText(text).width / 2 - 2), layout.bottom + 11);
  }
}
