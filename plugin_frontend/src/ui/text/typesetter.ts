import type { TokenText } from '../../data/types.ts';
import { clipText } from '../draw/axes-canvas.ts';
import { printed } from '../../state/visible-characters.ts';
import { layoutText, type TextLayout } from '../draw/text-layout.ts';
import { findSetting, measureTokens, type Setting } from '../draw/tokens.ts';
import { sequenceNames } from '../format.ts';

/** Of the letters of a line; strips stand under them. */
export const TEXT_HEIGHT = 24;
export const MARGIN = 12;
const GAP = 6;
const FONTS = {
  characters: "14px ui-monospace, 'Roboto Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  words: "15px Roboto, 'Helvetica Neue', Arial, sans-serif",
} as const;

export const NAME_FONT = "12px Roboto, 'Helvetica Neue', Arial, sans-serif";
/** A token that is wider than this is cut. */
const WIDEST = 240;
/** The room before the text for names of sequences, and what stands free between. */
const WIDEST_NAME = 140;
export const NAME_GAP = 12;

/** Text as far as it is set in lines. */
export interface PrintedText extends Pick<TokenText, 'tokens' | 'table' | 'lengths' | 'labels'> {
  /** Token that each token stands above or below, or -1. */
  readonly twins?: Int32Array;
  /** Full name of each sequence, which its label may shorten. */
  readonly titles?: readonly string[];
}

export interface Typeset {
  readonly layout: TextLayout;
  readonly setting: Setting;
  readonly font: string;
  /** Left edge of the text. */
  readonly left: number;
  /** Name of each sequence; null if there is one, without a name. */
  readonly names: readonly string[] | null;
  /** Full names, shown on hover; null without names. */
  readonly titles: readonly string[] | null;
  /** Of every distinct token. */
  readonly widths: Float32Array;
  /** Clipped texts of the distinct tokens that are too wide. */
  readonly clipped: ReadonlyMap<number, string>;
  /** Extra width that makes a space as wide as a gap. */
  readonly spacing: number;
}

/** Layouts kept: as many as recordings can be compared. */
const KEPT = 8;

const sameNumbers = (a: Uint32Array, b: Uint32Array) => a.length === b.length && a.every((value, i) => value === b[i]);
const sameWords = (a: readonly string[], b: readonly string[]) =>
  a === b || (a.length === b.length && a.every((word, i) => word === b[i]));

function sameSetting(a: PrintedText, b: PrintedText): boolean {
  return (
    a === b ||
    (sameNumbers(a.tokens, b.tokens) &&
      sameWords(a.table, b.table) &&
      a.lengths.join() === b.lengths.join() &&
      !a.twins === !b.twins &&
      a.labels?.join('\n') === b.labels?.join('\n'))
  );
}

interface Done {
  readonly text: PrintedText;
  readonly width: number;
  readonly typeset: Typeset;
}

/** Cache of text layouts; a change of the text or of the size lays out again. */
export class Typesetter {
  private done: readonly Done[] = [];
  private readonly cache = new WeakMap<PrintedText, Done>();
  private context: CanvasRenderingContext2D | null = null;

  /**
   * Sets a text in lines of a width in CSS pixels.
   * `setting` is that of its own tokens by default.
   */
  set(text: PrintedText, width: number, setting?: Setting): Typeset {
    const before = this.cache.get(text);
    if (before?.width === width) return before.typeset;
    const done = this.done.find((one) => one.width === width && sameSetting(one.text, text)) ?? {
      text,
      width,
      typeset: this.typeset(text, width, setting ?? findSetting(text.table)),
    };
    this.done = [done, ...this.done.filter((one) => one !== done)].slice(0, KEPT);
    this.cache.set(text, done);
    return done.typeset;
  }

  private typeset(text: PrintedText, width: number, setting: Setting): Typeset {
    const font = setting.characters ? FONTS.characters : FONTS.words;
    const names = sequenceNames(text);
    const left = MARGIN + (names ? this.roomForNames(names, width) : 0);
    const room = Math.max(60, width - left - MARGIN);
    const widths = measureTokens(text.table, setting, this.measure(font));
    const clipped = this.clip(text.table, widths, Math.min(WIDEST, room));
    const { tokens, lengths, twins } = text;
    const layout = layoutText({ tokens, lengths, widths, setting, width: room, gap: GAP, ...(twins && { twins }) });
    return {
      layout,
      setting,
      font,
      left,
      names,
      titles: names && (text.titles ?? names.map((name, sequence) => `Sequence ${sequence}: ${name}`)),
      clipped,
      widths,
      spacing: setting.gaps ? GAP - this.measure(font)(' ') : 0,
    };
  }

  private roomForNames(names: readonly string[], width: number): number {
    const measure = this.measure(NAME_FONT);
    const widest = names.reduce((most, name) => Math.max(most, measure(name.slice(0, 60))), 0);
    return Math.ceil(Math.min(widest, WIDEST_NAME, width / 4)) + NAME_GAP;
  }

  /**
   * Clips tokens that are too wide, and their `widths`.
   * The context still has the font of the text.
   */
  private clip(table: readonly string[], widths: Float32Array, widest: number): Map<number, string> {
    const clipped = new Map<number, string>();
    widths.forEach((width, id) => {
      if (width <= widest) return;
      if (this.context) clipped.set(id, clipText(this.context, printed(table[id].slice(0, 200)), widest) || '…');
      widths[id] = widest;
    });
    return clipped;
  }

  private measure(font: string): (text: string) => number {
    const context = (this.context ??= document.createElement('canvas').getContext('2d'));
    if (!context) return (text) => 8 * text.length;
    context.font = font;
    context.fontKerning = 'none';
    return (text) => context.measureText(text).width;
  }
}
