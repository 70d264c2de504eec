import { padOf, type TextPicture } from './text-picture.ts';

/** From one strip to the next, and the height of its colours, in CSS pixels. */
export const STRIP_PITCH = 7;
const STRIP = 6;

/** The height of a line of text with so many strips under it. */
export const lineHeightWith = (textHeight: number, strips: number) =>
  textHeight + (strips ? strips * STRIP_PITCH + 2 : 0);

/** The strip at a height within a line, or -1 where the letters are. */
export function stripAt(y: number, textHeight: number, strips: number): number {
  const strip = Math.floor((y - textHeight) / STRIP_PITCH);
  return strip < 0 ? -1 : Math.min(strip, strips - 1);
}

/** Paints strips under a line of text, one per further unit, coloured by token. */
export function paintStrips(
  context: CanvasRenderingContext2D,
  { layout, strips, stripColors, setting, style, roles }: TextPicture,
  line: number,
  y: number,
  hatch: CanvasPattern | string,
  ratio: number,
): void {
  if (!strips.length) return;
  const snap = (v: number) => Math.round(v * ratio) / ratio;
  const pad = padOf(setting);
  const height = snap(STRIP);
  for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
    if (roles?.[i]) continue;
    const left = snap(style.left + layout.x[i] - pad);
    const width = snap(style.left + layout.x[i] + layout.widthOf(i) + pad) - left;
    strips.forEach((values, strip) => {
      const color = values ? stripColors[strip].index(values[i]) : -1;
      context.fillStyle = color < 0 ? hatch : stripColors[strip].css[color];
      context.fillRect(left, snap(y + style.textHeight + strip * STRIP_PITCH), width, height);
    });
  }
}
