import { tokenAtCharacter } from './running-text.ts';

/** A regular expression, as its two parts. */
export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Stretches of tokens, each from `first` to before `end`, in order. */
export interface Hits {
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** True if the search stopped before the last hit. */
  readonly more: boolean;
}

export const MOST_HITS = 100_000;

const WRITTEN = /^\/(.+)\/([ims]*)$/s;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/**
 * Pattern of a query: a regular expression between slashes, else the text itself.
 * A string says why it is invalid.
 */
export function patternOf(typed: string): Pattern | string {
  const written = WRITTEN.exec(typed);
  if (!written) return { source: typed.replace(SPECIAL, '\\$&'), flags: 'gu' };
  const [, source, more] = written;
  let why = '';
  for (const flags of ['gu', 'g']) {
    try {
      new RegExp(source, flags + more);
      return { source, flags: flags + more };
    } catch (error) {
      why ||= (error as Error).message;
    }
  }
  return why;
}

/**
 * Hits of a pattern in a running text, as token ranges.
 * Empty matches do not count.
 */
export function findHits(text: string, starts: Uint32Array, { source, flags }: Pattern, most = MOST_HITS): Hits {
  const pattern = new RegExp(source, flags);
  const first: number[] = [];
  const end: number[] = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const length = match[0].length;
    if (!length) {
      pattern.lastIndex++;
      continue;
    }
    if (first.length === most) return { first: Uint32Array.from(first), end: Uint32Array.from(end), more: true };
    first.push(tokenAtCharacter(starts, match.index));
    end.push(tokenAtCharacter(starts, match.index + length - 1) + 1);
  }
  return { first: Uint32Array.from(first), end: Uint32Array.from(end), more: false };
}

/** The first of sorted numbers that is at least `value`; their count where none is. */
export function firstAtLeast(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
