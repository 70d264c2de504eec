import type { TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import type { CategoryColor } from '../draw/categories.ts';
import type { TextPicture } from '../draw/text-picture.ts';
import { lineHeightWith } from '../draw/text-strips.ts';
import { MARGIN, TEXT_HEIGHT, type Typeset } from './typesetter.ts';

/** A text and one value for each of its tokens. */
export interface ColoredText {
  readonly text: Pick<TokenText, 'tokens' | 'table' | 'generated' | 'promptTokens'>;
  /** Null while there is nothing to colour by. */
  readonly values: Float32Array | null;
  /** 1 at the tokens to underline; null if there are none. */
  readonly mask: Uint8Array | null;
  readonly colors: Colormap;
  /** If true, tokens without a value are plain; otherwise they are hatched. */
  readonly plainMissing?: boolean;
  readonly categories: readonly CategoryColor[] | null;
  /** Roles of the tokens; absent if all have colours. */
  readonly roles?: Uint8Array;
  /** Sequences between two rules, by default 1. */
  readonly rowsPerSequence?: number;
  /** Further units, one after the other; null of one that is not there. */
  readonly strips: readonly (Float32Array | null)[];
  /** Colours of each strip. */
  readonly stripColors: readonly Colormap[];
}

/** A coloured text set in lines, in the colours of the page. */
export function makePicture(
  colored: ColoredText,
  { layout, setting, clipped, font, left }: Typeset,
  signs: boolean,
  look: CSSStyleDeclaration,
): TextPicture {
  const { text, values, mask, colors, categories, strips, stripColors, plainMissing = false } = colored;
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
    error: color('--rv-error'),
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
    plainMissing,
    categories,
    roles: colored.roles ?? null,
    shade: null,
    rowsPerSequence: colored.rowsPerSequence ?? 1,
    strips,
    stripColors,
    signs,
    style,
    tokens: text.tokens,
    table: text.table,
  };
}
