import type { TokenText } from '../../data/types.ts';
import { layoutText, type TextLayout } from '../../draw/text-layout.ts';
import { findSetting, measureTokens, type Setting } from '../../draw/tokens.ts';

export const LINE_HEIGHT = 24;
export const MARGIN = 12;
const GAP = 6;
const FONTS = {
  characters: "14px ui-monospace, 'Roboto Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  words: "15px Roboto, 'Helvetica Neue', Arial, sans-serif",
} as const;

export interface Typeset {
  readonly layout: TextLayout;
  readonly setting: Setting;
  readonly font: string;
}

const sameNumbers = (a: Uint32Array, b: Uint32Array) => a.length === b.length && a.every((value, i) => value === b[i]);
const sameWords = (a: readonly string[], b: readonly string[]) => a === b || (a.length === b.length && a.every((word, i) => word === b[i]));

/** Sets a text in lines, and sets it anew only when the text or the room has changed. */
export class Typesetter {
  private text: TokenText | null = null;
  private width = 0;
  private done: Typeset | null = null;
  private context: CanvasRenderingContext2D | null = null;

  set(text: TokenText, width: number): Typeset {
    if (this.done && this.width === width && this.text && this.sameText(text, this.text)) return this.done;
    [this.text, this.width] = [text, width];
    const setting = findSetting(text.table);
    const font = setting.characters ? FONTS.characters : FONTS.words;
    const widths = measureTokens(text.table, setting, this.measure(font));
    const room = Math.max(60, width - 2 * MARGIN);
    const layout = layoutText({ tokens: text.tokens, lengths: text.lengths, widths, setting, width: room, gap: GAP });
    return (this.done = { layout, setting, font });
  }

  private measure(font: string): (text: string) => number {
    const context = (this.context ??= document.createElement('canvas').getContext('2d'));
    if (!context) return (text) => 8 * text.length;
    context.font = font;
    context.fontKerning = 'none';
    return (text) => context.measureText(text).width;
  }

  private sameText(a: TokenText, b: TokenText): boolean {
    return a === b || (sameNumbers(a.tokens, b.tokens) && sameWords(a.table, b.table) && a.lengths.join() === b.lengths.join());
  }
}
