/** Tokens from the first to before the end. */
export type TokenRange = readonly [first: number, end: number];

/** Longest ranges of tokens that fulfil a condition, each within one sequence. */
export function tokenRangesWhere(holds: (token: number) => boolean, lengths: readonly number[]): TokenRange[] {
  const ranges: TokenRange[] = [];
  let begin = 0;
  for (const length of lengths) {
    const end = begin + length;
    let first = -1;
    for (let token = begin; token < end; token++) {
      if (holds(token)) {
        if (first < 0) first = token;
      } else if (first >= 0) {
        ranges.push([first, token]);
        first = -1;
      }
    }
    if (first >= 0) ranges.push([first, end]);
    begin = end;
  }
  return ranges;
}
