import type { Palette } from './axes.ts';

/** Paints a peak: a dot if significant, else a grey ring; coloured if untested. */
export function paintPeak(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  stands: boolean | null,
  color: string,
  colors: Palette,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = stands ? color : colors.page;
  context.fill();
  context.strokeStyle = stands ? colors.page : stands === null ? color : colors.muted;
  context.lineWidth = radius > 2 ? 1.5 : 1;
  context.stroke();
}
