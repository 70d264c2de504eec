import type { CategoryColor } from './categories.ts';
import type { Colormap } from '../../state/colormap.ts';
import type { TextLayout } from './text-layout.ts';
import type { Setting } from './tokens.ts';

export interface TextStyle {
  readonly font: string;
  /** Of the letters' part of a line; strips stand under it. */
  readonly textHeight: number;
  readonly lineHeight: number;
  /** Left edge of the text; what stands before it are names of sequences. */
  readonly left: number;
  readonly margin: number;
  readonly ink: string;
  readonly muted: string;
  readonly page: string;
  readonly accent: string;
  readonly error: string;
}

/** Roles of tokens; all but `Colored` have no colour of their own. */
export const TokenRole = { Colored: 0, Plain: 1, Muted: 2, Wrong: 3 } as const;

/** Colours that take the place of the activity, such as weights of attention. */
export interface Shade {
  /** One a token, NaN where it has none. */
  readonly values: Float32Array;
  readonly colors: Colormap;
}

export interface TextPicture {
  readonly layout: TextLayout;
  readonly tokens: Uint32Array;
  readonly table: readonly string[];
  readonly setting: Setting;
  /** One a token; null while there is nothing to colour by. */
  readonly values: Float32Array | null;
  readonly colors: Colormap;
  /** If true, tokens without a value are plain; otherwise they are hatched. */
  readonly plainMissing?: boolean;
  /**
   * Categories that the values are indices into, if they are.
   * Their marks stand upon the colours.
   */
  readonly categories: readonly CategoryColor[] | null;
  /** Role of each token; null if all have colours. */
  readonly roles: Uint8Array | null;
  /** Weights of some tokens, NaN of the others, which take the place of their values. */
  readonly shade: Shade | null;
  /** Sequences between two rules, 1 unless several belong together. */
  readonly rowsPerSequence: number;
  /** Values of each strip under the letters, from the top; null if there are none. */
  readonly strips: readonly (Float32Array | null)[];
  /** Colours of each strip. */
  readonly stripColors: readonly Colormap[];
  /** Painted text of a distinct token that is too long. */
  readonly clipped: ReadonlyMap<number, string>;
  /** Number of prompt tokens, which have a rule above them. */
  readonly promptTokens: number;
  /** Tokens to underline. */
  readonly mask: Uint8Array | null;
  /** True if white space is shown by signs. */
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

export const INSET = 2;
/** A token reaches this far into the gaps beside it. */
export const padOf = ({ gaps }: Setting) => (gaps ? 2 : 0);

/** The lines that a viewport shows, and one more for what is cut. */
export function visibleLines(
  { lines }: TextLayout,
  { top, height }: Viewport,
  lineHeight: number,
): [first: number, end: number] {
  const first = Math.max(0, Math.floor(top / lineHeight));
  return [Math.min(first, lines), Math.min(lines, Math.ceil((top + height) / lineHeight) + 1)];
}
