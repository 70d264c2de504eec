import { BAND_HEIGHT, bandPattern } from './category-band.ts';
import { printed } from '../../state/visible-characters.ts';
import { hatchPattern } from './hatch.ts';
import { paintGiven, paintHits, paintRange, paintRule, type TextMarks } from './text-marks.ts';
import { INSET, padOf, TokenRole, visibleLines, type Shade, type TextPicture, type Viewport } from './text-picture.ts';
import { paintSigns } from './text-signs.ts';
import { paintStrips } from './text-strips.ts';
import { Trait } from './tokens.ts';

const UNDERLINE = 1.5;
const DASH = 2;

interface Patterns {
  readonly hatch: CanvasPattern | string;
  readonly bands: readonly (CanvasPattern | string | null)[];
}

/** Paints every token in view on the colour of its value. */
export function paintText(
  context: CanvasRenderingContext2D,
  picture: TextPicture,
  view: Viewport,
  marks: TextMarks | null = null,
): void {
  const { layout, style } = picture;
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.fillStyle = style.page;
  context.fillRect(0, 0, view.width, view.height);
  context.font = style.font;
  context.textBaseline = 'alphabetic';
  context.fontKerning = 'none';
  const patterns = {
    hatch: hatchPattern(context, picture.colors),
    bands: picture.categories?.map((category) => bandPattern(context, category)) ?? [],
  };
  const [first, end] = visibleLines(layout, view, style.lineHeight);
  for (let line = first; line < end; line++) {
    const y = line * style.lineHeight - view.top;
    paintGrounds(context, picture, line, y, patterns, view.ratio);
    paintLetters(context, picture, line, y);
    paintStrips(context, picture, line, y, patterns.hatch, view.ratio);
    if (layout.starts[line] < picture.promptTokens) paintGiven(context, picture, line, y);
    if (layout.begins[line] > 0 && layout.begins[line] % picture.rowsPerSequence === 0)
      paintRule(context, style, y, view.width);
  }
  if (!marks) return;
  paintRange(context, picture, marks, first, end, view.top);
  paintHits(context, picture, marks, first, end, view.top);
}

/** Edges on whole device pixels, so that neighbours meet without a seam. */
function paintGrounds(
  context: CanvasRenderingContext2D,
  picture: TextPicture,
  line: number,
  y: number,
  { hatch, bands }: Patterns,
  ratio: number,
): void {
  const { layout, mask, setting, style } = picture;
  const snap = (v: number) => Math.round(v * ratio) / ratio;
  const pad = padOf(setting);
  const top = snap(y + INSET);
  const height = snap(y + style.textHeight - INSET) - top;
  for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
    const left = snap(style.left + layout.x[i] - pad);
    const width = snap(style.left + layout.x[i] + layout.widthOf(i) + pad) - left;
    const scale = scaleOf(picture, i);
    if (scale) {
      const color = scale.colors.index(scale.values[i]);
      context.fillStyle = color < 0 ? hatch : scale.colors.css[color];
      if (color >= 0 || !picture.plainMissing) context.fillRect(left, top, width, height);
      const band = scale === picture.shade ? null : bands[color];
      if (band) paintBand(context, band, left, top, width);
    }
    if (picture.roles?.[i] === TokenRole.Wrong) paintDashes(context, style.error, left, top + height, width);
    if (mask?.[i]) {
      context.fillStyle = inkOf(picture, i);
      context.fillRect(left + 0.5, top + height - UNDERLINE - 0.5, width - 1, UNDERLINE);
    }
  }
}

function paintBand(
  context: CanvasRenderingContext2D,
  band: CanvasPattern | string,
  left: number,
  top: number,
  width: number,
): void {
  context.save();
  context.translate(left, top);
  context.fillStyle = band;
  context.fillRect(0, 0, width, BAND_HEIGHT);
  context.restore();
}

/** Values and colours that a token is painted by; null if it is plain. */
function scaleOf(picture: TextPicture, token: number): Shade | null {
  const { shade, roles, values, colors } = picture;
  if (shade && !Number.isNaN(shade.values[token])) return shade;
  return values && !roles?.[token] ? { values, colors } : null;
}

function inkOf(picture: TextPicture, token: number): string {
  const { roles, style } = picture;
  const scale = scaleOf(picture, token);
  const color = scale ? scale.colors.index(scale.values[token]) : -1;
  if (scale && color >= 0) return scale.colors.ink[color];
  const role = roles?.[token];
  return role === TokenRole.Wrong ? style.error : role === TokenRole.Muted ? style.muted : style.ink;
}

/** Dashed line below a token, which is seen without its colour. */
function paintDashes(
  context: CanvasRenderingContext2D,
  color: string,
  left: number,
  bottom: number,
  width: number,
): void {
  context.fillStyle = color;
  for (let x = 0; x < width - 1; x += 2 * DASH)
    context.fillRect(left + x, bottom - UNDERLINE, Math.min(DASH, width - 1 - x), UNDERLINE);
}

/** Direction of a token's letters; from right to left, brackets are mirrored. */
function directionAt({ layout, tokens, setting }: TextPicture, line: number, i: number): CanvasDirection {
  if (!layout.isMirrored(line)) return 'ltr';
  const isForward = (setting.traits[tokens[i]] & (Trait.LeftToRight | Trait.Number)) !== 0;
  const isInForwardRun = i > layout.starts[line] && layout.x[i] > layout.x[i - 1];
  return isForward || isInForwardRun ? 'ltr' : 'rtl';
}

/** Neighbours of one ink are one stroke of text where every letter has its cell. */
function paintLetters(context: CanvasRenderingContext2D, picture: TextPicture, line: number, y: number): void {
  const { layout, tokens, table, setting, signs, style } = picture;
  const base = y + style.textHeight * 0.68;
  const end = layout.starts[line + 1];
  let run = '';
  let from = 0;
  let ink = '';
  let direction: CanvasDirection = 'ltr';
  context.textAlign = 'left';
  const flush = () => {
    if (run.trim()) {
      context.fillStyle = ink;
      context.direction = direction;
      context.fillText(run, style.left + from, base);
    }
    run = '';
  };
  for (let i = layout.starts[line]; i < end; i++) {
    const token = table[tokens[i]];
    const clipped = picture.clipped.get(tokens[i]);
    const color = inkOf(picture, i);
    const plain = setting.characters && token.length === 1 && token < '\u0250';
    // In a mirrored line a token may stand at the left of the one before.
    if (!plain || color !== ink || (run && layout.x[i] < layout.x[i - 1])) flush();
    if (!run) [from, ink, direction] = [layout.x[i], color, directionAt(picture, line, i)];
    run += clipped ?? printed(token);
    if (!plain) flush();
    if (signs && !clipped && /\s/u.test(token))
      paintSigns(context, token, style.left + layout.x[i], base, layout.widthOf(i), color);
  }
  flush();
}
