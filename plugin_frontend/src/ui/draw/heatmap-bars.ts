import { rule, type Sheet } from './axes-canvas.ts';
import { tickLabel, type Palette } from './axes.ts';
import { rowTop, visibleRows, type Layout, type Scroll } from './heatmap-layout.ts';
import { unitOfRow, type Bars, type Picture } from './heatmap-picture.ts';

const HOLLOW = 5;

/** Paints bars beside the rows: a statistic of a feature, or the height of a peak. */
export function paintBars(sheet: Sheet, picture: Picture, layout: Layout, scroll: Scroll, colors: Palette): void {
  layout.bars.forEach((recordings, i) =>
    paintColumn(sheet, picture, picture.bars[i], recordings, layout, scroll, colors),
  );
}

function paintColumn(
  sheet: Sheet,
  picture: Picture,
  bars: Bars,
  [left, right]: readonly [number, number],
  layout: Layout,
  scroll: Scroll,
  colors: Palette,
): void {
  const { context } = sheet;
  const { values, low, high } = bars;
  const at = (value: number) =>
    left + ((Math.max(low, Math.min(high, value)) - low) / (high - low || 1)) * (right - left);
  const zero = at(bars.zero);
  const step = stepOf(high);
  const row = (unit: number, top: number, height: number, gap: number, color: string) => {
    if (unit < 0) return;
    const value = values[unit];
    const finite = Number.isFinite(value);
    if (finite) {
      const [x, width] = [Math.min(zero, at(value)), Math.max(0.5, Math.abs(at(value) - zero))];
      const chance = bars.chance(unit);
      context.fillStyle = chance ? colors.line : unit === picture.chosen ? colors.accent : colors.bar;
      context.fillRect(x, top + gap, width, height - 2 * gap);
      if (chance && height >= HOLLOW && width > 3)
        context.clearRect(x + 1, top + gap + 1, width - 2, height - 2 * gap - 2);
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
  for (let r = first; r < end; r++)
    row(unitOfRow(picture, r), rowTop(layout, scroll, r), layout.rowHeight, gap, colors.muted);
  context.restore();

  rule(sheet, zero, layout.head, zero, layout.bottom, colors.muted);
  rule(sheet, left, layout.bottom, right, layout.bottom, colors.muted);
  context.fillStyle = colors.muted;
  const label = (value: number) => (value ? tickLabel(value, value % 1 ? step : 1) : '0');
  context.textAlign = 'left';
  context.fillText(label(low), left - 2, layout.bottom + 11);
  context.textAlign = 'right';
  context.fillText(label(high), right + 3, layout.bottom + 11);
}

const stepOf = (high: number) => (high < 0.1 ? 0.001 : high < 10 ? 0.01 : high < 100 ? 0.1 : 1);
