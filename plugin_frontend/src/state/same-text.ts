import type { TokenText } from '../data/types.ts';

const answers = new WeakMap<TokenText, WeakMap<TokenText, boolean>>();

/** True if two recordings read the same tokens. The result for two texts is cached. */
export function sameText(a: TokenText, b: TokenText): boolean {
  if (a === b) return true;
  let others = answers.get(a);
  if (!others) answers.set(a, (others = new WeakMap()));
  let same = others.get(b);
  if (same === undefined) others.set(b, (same = compare(a, b)));
  return same;
}

const compare = (a: TokenText, b: TokenText) =>
  a.tokens.length === b.tokens.length && a.tokens.every((id, t) => a.table[id] === b.table[b.tokens[t]]);
