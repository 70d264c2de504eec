import type { Signal, TokenText } from '../data/types.ts';

const answers = new WeakMap<TokenText, WeakMap<TokenText, boolean>>();

/** True if two recordings read the same tokens or signal; cached. */
export function sameText(a: TokenText, b: TokenText): boolean {
  if (a === b) return true;
  let others = answers.get(a);
  if (!others) answers.set(a, (others = new WeakMap()));
  let same = others.get(b);
  if (same === undefined) others.set(b, (same = compare(a, b)));
  return same;
}

const compare = (a: TokenText, b: TokenText) =>
  a.tokens.length === b.tokens.length &&
  sameSignal(a.signal, b.signal) &&
  a.tokens.every((id, t) => a.table[id] === b.table[b.tokens[t]]);

/** True if two signals have the same channels and values; missing equals missing. */
function sameSignal(a: Signal | null, b: Signal | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.values.length === b.values.length &&
    a.channels.length === b.channels.length &&
    a.channels.every((name, i) => name === b.channels[i]) &&
    a.values.every((value, i) => Object.is(value, b.values[i]) || value === b.values[i])
  );
}
