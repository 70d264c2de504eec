import type { CategoryColor, Mark } from './categories.ts';

/** A narrow band of a category's mark, repeated from left to right. */
export const BAND_WIDTH = 6;
export const BAND_HEIGHT = 4;

/** The strokes of one piece of the band. */
export const BAND_PATHS: Readonly<Record<Mark, string>> = {
  none: '',
  rising: 'M-1 5L3 -1M2 5L6 -1M5 5L9 -1',
  falling: 'M-1 -1L3 5M2 -1L6 5M5 -1L9 5M-4 -1L0 5',
  across: 'M0 1H6M0 3H6',
  upright: 'M1.5 0V4M4.5 0V4',
  dots: 'M1 2H2.5M4 2H5.5',
  grid: 'M0 2H6M1.5 0V4M4.5 0V4',
  waves: 'M0 3L1.5 1L3 3L4.5 1L6 3',
};

/**
 * Pattern of the category's band for this context, from its origin.
 * Null for a category without a mark.
 */
export function bandPattern(
  context: CanvasRenderingContext2D,
  { css, ink, mark }: CategoryColor,
): CanvasPattern | string | null {
  if (mark === 'none') return null;
  const tile = document.createElement('canvas');
  [tile.width, tile.height] = [BAND_WIDTH, BAND_HEIGHT];
  const pen = tile.getContext('2d');
  if (!pen) return ink;
  pen.fillStyle = css;
  pen.fillRect(0, 0, BAND_WIDTH, BAND_HEIGHT);
  pen.strokeStyle = ink;
  pen.stroke(new Path2D(BAND_PATHS[mark]));
  return context.createPattern(tile, 'repeat') ?? ink;
}
