import { LINE_END } from '../../state/visible-characters.ts';
import { isGap, Trait, type Setting } from './tokens.ts';

/** Tokens joined as the text shows them. */
export interface RunningText {
  readonly text: string;
  /** The first character of every token, and the end. */
  readonly starts: Uint32Array;
}

interface Read {
  readonly tokens: Uint32Array;
  readonly table: readonly string[];
  /** Tokens of every sequence. */
  readonly lengths: readonly number[];
}

/**
 * Text of the tokens from `first` to `end`, excluded.
 * A gap is a space, and a new sequence begins a new line.
 */
export function runningText(
  { tokens, table, lengths }: Read,
  setting: Setting,
  first = 0,
  end = tokens.length,
): RunningText {
  const begins = new Set<number>();
  let begin = 0;
  for (const length of lengths) begins.add((begin += length));
  const parts: string[] = [];
  const starts = new Uint32Array(end - first + 1);
  let pen = 0;
  let last = '\n';
  for (let i = first; i < end; i++) {
    const word = table[tokens[i]];
    const between =
      i === first
        ? ''
        : begins.has(i)
          ? LINE_END.test(last.slice(-1))
            ? ''
            : '\n'
          : isGap(setting, tokens[i - 1], tokens[i]) && !(setting.traits[tokens[i]] & Trait.Space) && last.trim() !== ''
            ? ' '
            : '';
    starts[i - first] = pen + between.length;
    pen += between.length + word.length;
    parts.push(between, word);
    last = word;
  }
  starts[end - first] = pen;
  return { text: parts.join(''), starts };
}

/** The last token that begins at a character or before it. */
export function tokenAtCharacter(starts: Uint32Array, character: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= character) low = middle;
    else high = middle - 1;
  }
  return low;
}
