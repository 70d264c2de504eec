import type { Colormap } from './colormap.ts';
import { printed } from './glyphs.ts';
import { hatchPattern } from './hatch.ts';
import type { TextLayout } from './text-layout.ts';
import type { Setting } from './tokens.ts';

export interface TextStyle {
  readonly font: string;
  readonly lineHeight: number;
  /** Left edge of the text; what stands before it are names of sequences. */
  readonly left: number;
  readonly margin: number;
  readonly ink: string;
  readonly muted: string;
  readonly page: string;
}

export interface TextPicture {
  readonly layout: TextLayout;
  readonly tokens: Uint32Array;
  readonly table: readonly string[];
  readonly setting: Setting;
  /** One a token; null while there is nothing to colour by. */
  readonly values: Float32Array | null;
  readonly colors: Colormap;
  /** What is painted of a distinct token that is too long. */
  readonly clipped: ReadonlyMap<number, string>;
  /** Tokens at the beginning that were given to the model: they have a rule above them. */
  readonly given: number;
  /** Tokens to underline. */
  readonly mask: Uint8Array | null;
  /** Whether white space has signs. */
  readonly signs: boolean;
  readonly style: TextStyle;
}

export interface Viewport {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the upper edge, in the whole text. */
  readonly top: number;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
}

const INSET = 2;
const UNDERLINE = 1.5;
const GIVEN = 1.5;

/** The lines that a viewport shows, and one more for what is cut. */
export function visibleLines({ lines }: TextLayout, { top, height }: Viewport, lineHeight: number): [first: number, end: number] {
  const first = Math.max(0, Math.floor(top / lineHeight));
  return [Math.min(first, lines), Math.min(lines, Math.ceil((top + height) / lineHeight) + 1)];
}

/** Paints every token in view on the colour of its value. */
export function paintText(context: CanvasRenderingContext2D, picture: TextPicture, view: Viewport): void {
  const { layout, style } = picture;
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.fillStyle = style.page;
  context.fillRect(0, 0, view.width, view.height);
  context.font = style.font;
  context.textBaseline = 'alphabetic';
  context.fontKerning = 'none';
  const hatch = hatchPattern(context, picture.colors);
  const [first, end] = visibleLines(layout, view, style.lineHeight);
  for (let line = first; line < end; line++) {
    const y = line * style.lineHeight - view.top;
    paintGrounds(context, picture, line, y, hatch, view.ratio);
    paintLetters(context, picture, line, y);
    if (layout.starts[line] < picture.given) paintGiven(context, picture, line, y);
    if (layout.begins[line] > 0) paintRule(context, style, y, view.width);
  }
}

/** Edges on whole device pixels, so that neighbours meet without a seam. */
function paintGrounds(context: CanvasRenderingContext2D, picture: TextPicture, line: number, y: number, hatch: CanvasPattern | string, ratio: number): void {
  const { layout, values, colors, mask, setting, style } = picture;
  const snap = (v: number) => Math.round(v * ratio) / ratio;
  const pad = setting.gaps ? 2 : 0;
  const top = snap(y + INSET);
  const height = snap(y + style.lineHeight - INSET) - top;
  for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
    const left = snap(style.left + layout.x[i] - pad);
    const width = snap(style.left + layout.x[i] + layout.widthOf(i) + pad) - left;
    if (values) {
      const color = colors.index(values[i]);
      context.fillStyle = color < 0 ? hatch : colors.css[color];
      context.fillRect(left, top, width, height);
    }
    if (mask?.[i]) {
      context.fillStyle = inkOf(picture, i);
      context.fillRect(left + 0.5, top + height - UNDERLINE - 0.5, width - 1, UNDERLINE);
    }
  }
}

function inkOf({ values, colors, style }: TextPicture, token: number): string {
  const color = values ? colors.index(values[token]) : -1;
  return color < 0 ? style.ink : colors.ink[color];
}

/** A rule above what was given, and an upright one where it ends. */
function paintGiven(context: CanvasRenderingContext2D, { layout, setting, style, given }: TextPicture, line: number, y: number): void {
  const last = Math.min(given, layout.starts[line + 1]) - 1;
  const pad = setting.gaps ? 2 : 0;
  const [left, right] = [style.left + layout.x[layout.starts[line]] - pad, style.left + layout.x[last] + layout.widthOf(last) + pad];
  context.fillStyle = style.ink;
  context.fillRect(left, y, right - left, GIVEN);
  if (last === given - 1) context.fillRect(right - GIVEN / 2, y, GIVEN, style.lineHeight - INSET);
}

/** Neighbours of one ink are one stroke of text where every letter has its cell. */
function paintLetters(context: CanvasRenderingContext2D, picture: TextPicture, line: number, y: number): void {
  const { layout, tokens, table, setting, signs, style } = picture;
  const base = y + style.lineHeight * 0.68;
  const end = layout.starts[line + 1];
  let run = '';
  let from = 0;
  let ink = '';
  const flush = () => {
    if (run.trim()) {
      context.fillStyle = ink;
      context.fillText(run, style.left + from, base);
    }
    run = '';
  };
  for (let i = layout.starts[line]; i < end; i++) {
    const token = table[tokens[i]];
    const clipped = picture.clipped.get(tokens[i]);
    const color = inkOf(picture, i);
    const plain = setting.characters && token.length === 1 && token < '\u0250';
    if (!plain || color !== ink) flush();
    if (!run) [from, ink] = [layout.x[i], color];
    run += clipped ?? printed(token);
    if (!plain) flush();
    if (signs && !clipped && /\s/u.test(token)) paintSigns(context, token, style.left + layout.x[i], base, layout.widthOf(i), color);
  }
  flush();
}

/** ␣ is drawn, not set: fonts give it a width of their own. */
function paintSigns(context: CanvasRenderingContext2D, token: string, x: number, base: number, width: number, ink: string): void {
  context.save();
  context.globalAlpha = 0.6;
  context.strokeStyle = context.fillStyle = ink;
  const blank = token.trim() === '';
  const marks = [...token];
  let pen = x;
  for (const mark of marks) {
    const w = blank ? width / marks.length : context.measureText(printed(mark)).width;
    if (mark === '\n' || mark === '\t') paintArrow(context, mark === '\t', pen, base, w);
    else if (/\s/u.test(mark)) {
      context.beginPath();
      context.moveTo(pen + 1, base - 1);
      context.lineTo(pen + 1, base + 2);
      context.lineTo(pen + w - 1, base + 2);
      context.lineTo(pen + w - 1, base - 1);
      context.stroke();
    }
    pen += w;
  }
  context.restore();
}

function paintArrow(context: CanvasRenderingContext2D, forward: boolean, x: number, base: number, width: number): void {
  const [left, right, y] = [x + 1, x + width - 1, base - 4];
  const tip = forward ? right : left;
  const back = forward ? -2.5 : 2.5;
  context.beginPath();
  if (!forward) context.moveTo(right, y - 4);
  context.lineTo(forward ? left : right, y);
  context.lineTo(tip, y);
  context.moveTo(tip + back, y - 2.5);
  context.lineTo(tip, y);
  context.lineTo(tip + back, y + 2.5);
  context.stroke();
}

function paintRule(context: CanvasRenderingContext2D, style: TextStyle, y: number, width: number): void {
  context.fillStyle = style.muted;
  context.globalAlpha = 0.35;
  context.fillRect(style.margin, y, width - 2 * style.margin, 1);
  context.globalAlpha = 1;
}
