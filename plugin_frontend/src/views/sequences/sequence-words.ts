import type { TokenText } from '../../data/types.ts';
import { runningText } from '../../ui/draw/running-text.ts';
import { findSetting } from '../../ui/draw/tokens.ts';

/** Text of each sequence as one line; empty of a signal. */
export function textsOfSequences(text: TokenText): string[] {
  const setting = findSetting(text.table);
  let first = 0;
  return text.lengths.map((length) => {
    const begin = first;
    first += length;
    return text.signal ? '' : runningText(text, setting, begin, first).text.replace(/\s+/gu, ' ');
  });
}

/** Words from a token on. */
export const wordsOf = ({ table, tokens }: TokenText, first: number, count: number): string[] =>
  Array.from(tokens.subarray(first, first + count), (id) => table[id]);
