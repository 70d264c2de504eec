import { sequenceAt } from '../../data/sequences.ts';
import type { TokenText } from '../../data/types.ts';
import { findSetting, isGap, Trait, type Setting } from '../draw/tokens.ts';

/** Tokens from the first to before the end. */
export type TokenRange = readonly [first: number, end: number];

/** Characters of an excerpt, and before the tokens that it is about. */
const [LENGTH, LEAD] = [280, 40];
/** Most tokens of an excerpt. */
const MOST = 300;

/** Piece of a text, as a text of its own. */
export interface Excerpt {
  readonly text: Pick<TokenText, 'tokens' | 'table' | 'lengths' | 'labels' | 'generated' | 'promptTokens'>;
  /** Gaps and line breaks, as in the whole text. */
  readonly setting: Setting;
  /** First token and end in the whole text. */
  readonly range: TokenRange;
}

const settings = new WeakMap<TokenText, Setting>();

/** Gaps and line breaks of a text, cached. */
export function settingOf(text: TokenText): Setting {
  const setting = settings.get(text) ?? findSetting(text.table);
  settings.set(text, setting);
  return setting;
}

/** Tokens of a text from `first` to `end`, excluded. */
export function excerptOf(text: TokenText, [first, end]: TokenRange): Excerpt {
  const setting = settingOf(text);
  const ids = [...new Set(text.tokens.subarray(first, end))];
  const indices = new Map(ids.map((id, index) => [id, index]));
  return {
    text: {
      tokens: text.tokens.slice(first, end).map((id) => indices.get(id)!),
      table: ids.map((id) => text.table[id]),
      lengths: [end - first],
      labels: null,
      generated: false,
      promptTokens: 0,
    },
    setting: { ...setting, traits: Uint16Array.from(ids, (id) => setting.traits[id]) },
    range: [first, end],
  };
}

/**
 * Tokens to show around a stretch.
 * They begin a little before it, at the beginning of a line or behind white space if there is one near, and stay in
 * its sequence. The end of a long stretch is cut off.
 */
export function rangeAround(text: TokenText, stretch: TokenRange): TokenRange {
  const setting = settingOf(text);
  const [sequence, position] = sequenceAt(text.lengths, stretch[0]);
  const begin = stretch[0] - position;
  const limit = begin + (text.lengths[sequence] ?? text.tokens.length);
  const width = (token: number) =>
    text.table[text.tokens[token]].length +
    (token > begin && isGap(setting, text.tokens[token - 1], text.tokens[token]) ? 1 : 0);
  const has = (token: number, trait: number) => (setting.traits[text.tokens[token]] & trait) !== 0;

  if (text.signal) {
    const first = Math.max(begin, stretch[0] - LEAD);
    return [first, Math.max(first + 1, Math.min(limit, first + LENGTH))];
  }
  let first = stretch[0];
  for (let room = LEAD; first > begin && (room -= width(first - 1)) >= 0;) first--;
  if (first > begin) {
    const lead = Array.from({ length: stretch[0] - first }, (_, i) => first + i);
    const start =
      lead.find((token) => has(token - 1, Trait.Newline)) ?? lead.find((token) => has(token - 1, Trait.Space));
    first = start ?? first;
  }
  let end = first;
  for (let room = LENGTH; end < limit && end - first < MOST && (room -= width(end)) >= 0;) end++;
  return [first, Math.max(end, first + 1)];
}
