import { isGap, Trait, type Setting } from './tokens.ts';

export interface LayoutInput {
  /** Index into the table of distinct tokens, of every token. */
  readonly tokens: Uint32Array;
  /** Tokens of every sequence; each begins a new line. */
  readonly lengths: readonly number[];
  /** Of every distinct token. */
  readonly widths: Float32Array;
  readonly setting: Setting;
  /** Room for a line in CSS pixels. */
  readonly width: number;
  /** Between tokens that carry no white space. */
  readonly gap: number;
  /**
   * Token that each token stands above or below, or -1; absent if none does.
   * Both are equally wide, and their sequences of one length break at the same steps.
   */
  readonly twins?: Int32Array;
}

/** Positions of all tokens. Lines have no height here: a line is a number. */
export interface TextLayout {
  readonly lines: number;
  /** First token of every line, and the end. */
  readonly starts: Uint32Array;
  /** Left edge of every token. */
  readonly x: Float32Array;
  /** The sequence that begins in this line, or -1. */
  readonly begins: Int32Array;
  /** The line in which each sequence begins, and the end. */
  readonly sequences: Uint32Array;
  /** True for a line of a sequence that is written from right to left. */
  isMirrored(line: number): boolean;
  lineOf(token: number): number;
  /** The token under `x` of a line, or -1. */
  at(line: number, x: number): number;
  /**
   * Token of a line nearest to `x`.
   * Of the nearest line if the line is empty; -1 for an empty text.
   */
  near(line: number, x: number): number;
  widthOf(token: number): number;
  /** True if a space stands between a token and the one before it in its line. */
  hasGapBefore(token: number): boolean;
}

export function layoutText(input: LayoutInput): TextLayout {
  const { tokens, lengths, setting, width, gap, twins } = input;
  const { widthAt, hasGap } = spacingOf(input);
  const x = new Float32Array(tokens.length);
  const starts: number[] = [];
  const beginnings: number[] = [];
  const firstLines: number[] = [];
  const gapBefore = (token: number) => (hasGap(token) ? gap : 0);
  /** Sets tokens from the left edge; returns where the pen stands then. */
  const placeWord = (from: number, end: number) => {
    let pen = 0;
    for (let i = from; i < end; i++) {
      if (i > from) pen += gapBefore(i);
      x[i] = pen;
      pen += widthAt(i);
    }
    return pen;
  };

  let first = 0;
  lengths.forEach((length, sequence) => {
    const end = first + length;
    let start = first;
    let pen = 0;
    let breakable = -1;
    const open = (token: number, begins: number) => {
      starts.push(token);
      beginnings.push(begins);
      [start, breakable] = [token, -1];
    };
    const [twin, twinLine] = [length && twins ? twins[first] : -1, firstLines.at(-1) ?? 0];
    firstLines.push(starts.length);
    if (twin >= 0 && twin < first) {
      const shift = first - twin;
      const breaks = starts.slice(twinLine).map((start) => start + shift);
      breaks.forEach((start, k) => open(start, k ? -1 : sequence));
      x.copyWithin(first, twin, twin + length);
      first = end;
      return;
    }
    open(first, sequence);
    for (let i = first; i < end; i++) {
      const trait = setting.traits[tokens[i]];
      const w = widthAt(i);
      const isOpen = setting.traits[tokens[i - 1]] & Trait.GluesNext;
      if (i > start && trait & Trait.BreakBefore && !isOpen) breakable = i;
      if (i > start) pen += gapBefore(i);
      while (pen + w > width && i > start && !(trait & Trait.Space)) {
        open(breakable > start ? breakable : i, -1);
        pen = placeWord(start, i) + (i > start ? gapBefore(i) : 0);
      }
      x[i] = pen;
      pen += w;
      if (trait & Trait.BreakAfter) breakable = i + 1;
      const goesOn = trait & Trait.Return && setting.traits[tokens[i + 1]] & Trait.Feed;
      if (trait & Trait.Newline && !goesOn && i + 1 < end) {
        open(i + 1, -1);
        pen = 0;
      }
    }
    first = end;
  });

  const lines = starts.length;
  starts.push(tokens.length);
  const mirrored = mirrorLines(input, widthAt, starts, firstLines, x);
  return new Layout(
    lines,
    mirrored,
    Uint32Array.from(starts),
    x,
    Int32Array.from(beginnings),
    Uint32Array.from([...firstLines, lines]),
    widthAt,
    hasGap,
  );
}

/** Width of every token, and the gaps between tokens, equal for twins. */
interface Spacing {
  widthAt(token: number): number;
  hasGap(token: number): boolean;
}

function spacingOf({ tokens, widths, setting, twins }: LayoutInput): Spacing {
  const widthAlone = (token: number) => widths[tokens[token]];
  const hasGapAlone = (token: number) => isGap(setting, tokens[token - 1], tokens[token]);
  if (!twins) return { widthAt: widthAlone, hasGap: hasGapAlone };
  const withTwin = (token: number) => (twins[token] < 0 ? [token] : [token, twins[token]]);
  return {
    widthAt: (token) => Math.max(...withTwin(token).map(widthAlone)),
    hasGap: (token) => withTwin(token).some(hasGapAlone),
  };
}

/** True if the first letter of the tokens is written from right to left. */
function isRightToLeft({ traits }: Setting, tokens: Uint32Array): boolean {
  const strong = tokens.find((id) => (traits[id] & (Trait.RightToLeft | Trait.LeftToRight)) !== 0);
  return strong !== undefined && (traits[strong] & Trait.RightToLeft) !== 0;
}

/**
 * Sets the lines of sequences that are written from right to left.
 * The direction of a sequence is that of its first letter, as `dir="auto"` of HTML has it. Runs of letters of other
 * scripts and of numbers keep their order within such a line.
 *
 * @param widthAt Width of each token.
 * @param starts First token of each line, and the end.
 * @param firstLines Line in which each sequence begins.
 * @param x Left edges of the tokens, which are changed.
 * @returns True for each line that was changed.
 */
function mirrorLines(
  { tokens, lengths, setting, width }: LayoutInput,
  widthAt: Spacing['widthAt'],
  starts: readonly number[],
  firstLines: readonly number[],
  x: Float32Array,
): readonly boolean[] {
  const mirrored = Array.from({ length: starts.length - 1 }, () => false);
  let first = 0;
  lengths.forEach((length, sequence) => {
    const end = first + length;
    if (isRightToLeft(setting, tokens.subarray(first, end))) {
      const endLine = firstLines[sequence + 1] ?? starts.length - 1;
      for (let line = firstLines[sequence]; line < endLine; line++) {
        mirrored[line] = true;
        mirrorLine(tokens, widthAt, setting, width, x, starts[line], starts[line + 1]);
      }
    }
    first = end;
  });
  return mirrored;
}

function mirrorLine(
  tokens: Uint32Array,
  widthAt: Spacing['widthAt'],
  { traits }: Setting,
  width: number,
  x: Float32Array,
  first: number,
  end: number,
): void {
  const isForward = (token: number) => (traits[tokens[token]] & (Trait.LeftToRight | Trait.Number)) !== 0;
  const right = (token: number) => x[token] + widthAt(token);
  for (let i = first; i < end;) {
    // A run goes from one token of another script to the last one before a letter of this script.
    let last = i;
    if (isForward(i)) {
      for (let k = i; k < end && !(traits[tokens[k]] & Trait.RightToLeft); k++) if (isForward(k)) last = k;
    }
    const [left, shift] = [width - right(last), x[i]];
    for (let k = i; k <= last; k++) x[k] = left + (x[k] - shift);
    i = last + 1;
  }
}

class Layout implements TextLayout {
  constructor(
    readonly lines: number,
    private readonly mirrored: readonly boolean[],
    readonly starts: Uint32Array,
    readonly x: Float32Array,
    readonly begins: Int32Array,
    readonly sequences: Uint32Array,
    readonly widthOf: (token: number) => number,
    readonly hasGapBefore: (token: number) => boolean,
  ) {}

  lineOf(token: number): number {
    let low = 0;
    let high = this.lines - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= token) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  at(line: number, x: number): number {
    if (line < 0 || line >= this.lines) return -1;
    const token = this.lastBefore(line, x);
    return token >= this.starts[line] && x >= this.x[token] && x < this.x[token] + this.widthOf(token) ? token : -1;
  }

  near(line: number, x: number): number {
    if (!this.lines || !this.x.length) return -1;
    if (line < 0) return 0;
    if (line >= this.lines) return this.x.length - 1;
    return Math.min(this.x.length - 1, Math.max(this.starts[line], this.lastBefore(line, x)));
  }

  isMirrored(line: number): boolean {
    return this.mirrored[line] ?? false;
  }

  /** Token of a mirrored line that is nearest to `x`, else one less than its first. */
  private nearestMirrored(line: number, x: number): number {
    let [best, distance] = [this.starts[line] - 1, Infinity];
    for (let token = this.starts[line]; token < this.starts[line + 1]; token++) {
      const away = Math.max(this.x[token] - x, x - this.x[token] - this.widthOf(token), 0);
      if (away < distance) [best, distance] = [token, away];
    }
    return best;
  }

  /** Last token of a line that begins at or before `x`, else one less than its first. */
  private lastBefore(line: number, x: number): number {
    if (this.isMirrored(line)) return this.nearestMirrored(line, x);
    let low = this.starts[line] - 1;
    let high = this.starts[line + 1] - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.x[middle] <= x) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
