import type { Colormap } from '../../state/colormap.ts';

/** Stripes for what is missing, as a pattern of this context. */
export function hatchPattern(context: CanvasRenderingContext2D, { hatch }: Colormap): CanvasPattern | string {
  const size = 6;
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return `rgb(${hatch.ground})`;
  pen.fillStyle = `rgb(${hatch.ground})`;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = `rgb(${hatch.stripe})`;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? `rgb(${hatch.ground})`;
}
