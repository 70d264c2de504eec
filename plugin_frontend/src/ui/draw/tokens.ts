import { LINE_END, printed } from '../../state/visible-characters.ts';

/** Traits of a distinct token that matter for the layout. */
export const Trait = {
  Space: 1,
  Newline: 2,
  BreakBefore: 4,
  BreakAfter: 8,
  /** No gap before it. */
  Glued: 16,
  Return: 32,
  Feed: 64,
  /** No gap after it. */
  GluesNext: 128,
  /** Its first letter belongs to a script that is written from right to left. */
  RightToLeft: 256,
  /** Its first letter belongs to any other script. */
  LeftToRight: 512,
  /** It has a digit and no letter: written from left to right in every script. */
  Number: 1024,
} as const;

/** Rules that make lines of the tokens: their gaps and their line breaks. */
export interface Setting {
  /** Every token is one character: monospaced, broken at words. */
  readonly characters: boolean;
  /** The tokens carry no white space of their own: a gap stands between them. */
  readonly gaps: boolean;
  /** `Trait`s of every distinct token. */
  readonly traits: Uint16Array;
}

const CLOSING = /^[.,;:!?%)\]}»”’…]+$/u;
/**
 * Share of one-character tokens that makes a text one of characters.
 * The rest are marks like <unk>.
 */
const MOSTLY = 0.95;

/** Letters of scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Trait of the direction of a token: that of its first letter. */
function directionOf(token: string): number {
  const [letter] = /\p{L}/u.exec(token) ?? [];
  if (letter === undefined) return /\p{N}/u.test(token) ? Trait.Number : 0;
  return RIGHT_TO_LEFT.test(letter) ? Trait.RightToLeft : Trait.LeftToRight;
}

type PieceTest = (token: string) => boolean;

/**
 * Subword schemes.
 * Tokens that tell a scheme, and pieces that belong to the word before or behind them.
 */
const SUBWORDS: readonly { readonly has: PieceTest; readonly goesOn?: PieceTest; readonly isOpen?: PieceTest }[] = [
  { has: (token) => token.startsWith('▁'), goesOn: (token) => !token.startsWith('▁') },
  { has: (token) => /^##[^#]/u.test(token), goesOn: (token) => /^##./u.test(token) },
  { has: (token) => /.<\/w>$/u.test(token), isOpen: (token) => !token.endsWith('</w>') },
  { has: (token) => /[^@]@@$/u.test(token), isOpen: (token) => token.endsWith('@@') },
  { has: (token) => /^Ġ./u.test(token), goesOn: (token) => !token.startsWith('Ġ') },
];

/** True if a space stands between two tokens of a line, given by their ids. */
export const isGap = ({ gaps, traits }: Setting, before: number, id: number): boolean =>
  gaps && !(traits[id] & Trait.Glued) && !(traits[before] & Trait.GluesNext);

export function findSetting(table: readonly string[]): Setting {
  const single = table.filter((token) => [...token].length <= 1).length;
  const characters = table.length > 0 && single >= MOSTLY * table.length;
  const gaps =
    !characters && !table.some((token) => (/^\s|\s$/u.test(token) && token.trim() !== '') || /^ +$/.test(token));
  const subwords = gaps ? SUBWORDS.find(({ has }) => table.some(has)) : undefined;
  const traits = Uint16Array.from(table, (token) => {
    let trait = directionOf(token);
    if (token.trim() === '') trait |= Trait.Space;
    if (LINE_END.test(token)) trait |= Trait.Newline;
    if (token.endsWith('\r')) trait |= Trait.Return;
    if (token.startsWith('\n')) trait |= Trait.Feed;
    if (gaps || /^\s/u.test(token)) trait |= Trait.BreakBefore;
    if (!gaps && /[\s\p{Pd}]$/u.test(token)) trait |= Trait.BreakAfter;
    const isPiece = gaps && (CLOSING.test(token) || subwords?.goesOn?.(token));
    if (subwords?.isOpen?.(token)) trait |= Trait.GluesNext;
    if (isPiece) trait = (trait | Trait.Glued) & ~Trait.BreakBefore;
    return trait;
  });
  return { characters, gaps, traits };
}

/**
 * Width of every distinct token in CSS pixels.
 * In a text of characters all are whole cells.
 */
export function measureTokens(
  table: readonly string[],
  { characters }: Setting,
  measure: (text: string) => number,
): Float32Array {
  const cell = measure('0');
  return Float32Array.from(table, (token) => {
    const width =
      token.trim() === '' ? cell * Math.max(1, [...token].length) * (characters ? 1 : 0.6) : measure(printed(token));
    return characters ? Math.max(1, Math.round(width / cell)) * cell : Math.max(0.6 * cell, width);
  });
}
