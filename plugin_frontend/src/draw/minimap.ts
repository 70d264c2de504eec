import type { Colormap } from './colormap.ts';
import type { TextLayout } from './text-layout.ts';

/**
 * One value a pixel row: of the tokens that fall into it the one farthest from `zero`, so that a single spike in
 * a long text stays in sight. NaN where the row holds no number.
 */
export function poolLines(layout: TextLayout, values: Float32Array, rows: number, zero: number): Float32Array {
  const pooled = new Float32Array(rows).fill(NaN);
  for (let line = 0; line < layout.lines; line++) {
    const row = Math.floor((line * rows) / layout.lines);
    const end = Math.max(row + 1, Math.floor(((line + 1) * rows) / layout.lines));
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

/** The whole text as a strip, one pooled colour a device row. */
export function paintMinimap(context: CanvasRenderingContext2D, layout: TextLayout, values: Float32Array | null, colors: Colormap, page: string): void {
  const { width, height } = context.canvas;
  context.fillStyle = page;
  context.fillRect(0, 0, width, height);
  if (!values || !layout.lines || !height) return;
  const zero = colors.diverging ? (colors.low + colors.high) / 2 : colors.low;
  poolLines(layout, values, height, zero).forEach((value, y) => {
    const color = colors.index(value);
    if (color < 0) return;
    context.fillStyle = colors.css[color];
    context.fillRect(0, y, width, 1);
  });
}
