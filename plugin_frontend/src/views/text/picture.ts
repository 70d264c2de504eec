import type { TextPicture } from '../../ui/draw/text-picture.ts';
import { lineHeightWith } from '../../ui/draw/text-strips.ts';
import type { Frame } from './frame.ts';
import { MARGIN, TEXT_HEIGHT, type Typeset } from './typesetter.ts';

/** A frame set in lines, in the colours of the page. */
export function makePicture(
  frame: Frame,
  { layout, setting, clipped, font, left }: Typeset,
  signs: boolean,
  look: CSSStyleDeclaration,
): TextPicture {
  const { text, values, mask, colors, categories, strips, stripColors } = frame;
  const color = (name: string) => look.getPropertyValue(name).trim();
  const style = {
    font,
    left,
    margin: MARGIN,
    textHeight: TEXT_HEIGHT,
    lineHeight: lineHeightWith(TEXT_HEIGHT, strips.length),
    ink: color('--rv-ink'),
    muted: color('--rv-muted'),
    page: color('--rv-page'),
    accent: color('--rv-accent'),
  };
  const promptTokens = text.generated ? text.promptTokens : 0;
  return {
    layout,
    setting,
    clipped,
    promptTokens,
    values,
    mask,
    colors,
    categories,
    strips,
    stripColors,
    signs,
    style,
    tokens: text.tokens,
    table: text.table,
  };
}
