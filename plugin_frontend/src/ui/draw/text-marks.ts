import { firstAtLeast, type Hits } from './text-find.ts';
import { INSET, padOf, type TextPicture, type TextStyle } from './text-picture.ts';

/** Marks drawn over a painted text: hover, pins, ranges and hits. */
export interface TextMarks {
  readonly hits: Hits | null;
  /** The hit that was gone to, or -1. */
  readonly hit: number;
  /** A stretch of tokens, from the first to before the end. */
  readonly range: readonly [first: number, end: number] | null;
}

const GIVEN = 1.5;
const RANGE = 2;

/** Paints a rule above the prompt, and an upright one where it ends. */
export function paintGiven(
  context: CanvasRenderingContext2D,
  { layout, setting, style, promptTokens }: TextPicture,
  line: number,
  y: number,
): void {
  const last = Math.min(promptTokens, layout.starts[line + 1]) - 1;
  const pad = padOf(setting);
  const [left, right] = [
    style.left + layout.x[layout.starts[line]] - pad,
    style.left + layout.x[last] + layout.widthOf(last) + pad,
  ];
  context.fillStyle = style.ink;
  context.fillRect(left, y, right - left, GIVEN);
  if (last === promptTokens - 1) context.fillRect(right - GIVEN / 2, y, GIVEN, style.textHeight - INSET);
}

export function paintRule(context: CanvasRenderingContext2D, style: TextStyle, y: number, width: number): void {
  context.fillStyle = style.muted;
  context.globalAlpha = 0.35;
  context.fillRect(style.margin, y, width - 2 * style.margin, 1);
  context.globalAlpha = 1;
}

/** Outlines in two tones, which show on every colour; the one gone to is thick. */
export function paintHits(
  context: CanvasRenderingContext2D,
  picture: TextPicture,
  { hits, hit }: TextMarks,
  firstLine: number,
  endLine: number,
  scrolled: number,
): void {
  if (!hits) return;
  const { layout, style } = picture;
  const [from, to] = [layout.starts[firstLine], layout.starts[endLine]];
  for (let k = firstAtLeast(hits.end, from + 1); k < hits.first.length && hits.first[k] < to; k++) {
    const weight = k === hit ? 3 : 1.5;
    eachLine(picture, hits.first[k], hits.end[k], firstLine, endLine, (line, left, right) => {
      const [top, bottom] = [
        line * style.lineHeight - scrolled + INSET,
        line * style.lineHeight - scrolled + style.textHeight - INSET,
      ];
      context.strokeStyle = style.page;
      context.lineWidth = weight + 1.5;
      context.strokeRect(left, top, right - left, bottom - top);
      context.strokeStyle = k === hit ? style.accent : style.ink;
      context.lineWidth = weight;
      context.strokeRect(left, top, right - left, bottom - top);
    });
  }
}

/** A bracket that runs along the lines of the range. */
export function paintRange(
  context: CanvasRenderingContext2D,
  picture: TextPicture,
  { range }: TextMarks,
  firstLine: number,
  endLine: number,
  scrolled: number,
): void {
  if (!range) return;
  const { layout, style } = picture;
  context.fillStyle = style.accent;
  eachLine(picture, range[0], range[1], firstLine, endLine, (line, left, right) => {
    const top = line * style.lineHeight - scrolled;
    context.fillRect(left, top, right - left, RANGE);
    context.fillRect(left, top + style.lineHeight - RANGE, right - left, RANGE);
    if (layout.starts[line] <= range[0]) context.fillRect(left - RANGE, top, RANGE, style.lineHeight);
    if (layout.starts[line + 1] >= range[1]) context.fillRect(right, top, RANGE, style.lineHeight);
  });
}

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);

/** Every line that a stretch of tokens lies in, and its part there. */
function eachLine(
  { layout, setting, style }: TextPicture,
  first: number,
  end: number,
  firstLine: number,
  endLine: number,
  draw: (line: number, left: number, right: number) => void,
): void {
  const pad = padOf(setting);
  const last = Math.min(end, layout.x.length) - 1;
  for (let line = Math.max(firstLine, layout.lineOf(first)); line < endLine && layout.starts[line] <= last; line++) {
    const [a, b] = [Math.max(first, layout.starts[line]), Math.min(last, layout.starts[line + 1] - 1)];
    if (b < a) continue;
    let [left, right] = [Infinity, -Infinity];
    for (const token of layout.isMirrored(line) ? range(a, b + 1) : [a, b]) {
      left = Math.min(left, layout.x[token]);
      right = Math.max(right, layout.x[token] + layout.widthOf(token));
    }
    draw(line, style.left + left - pad, style.left + right + pad);
  }
}
