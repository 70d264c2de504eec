/** The nearest match after (or before) a token; round the end if there is none. -1 where nothing matches. */
export function nextMatch(mask: Uint8Array, from: number, direction: 1 | -1): number {
  for (let k = 1; k <= mask.length; k++) {
    const i = (((from + direction * k) % mask.length) + mask.length) % mask.length;
    if (mask[i]) return i;
  }
  return -1;
}

/** Which match this token is, counted from 1, and of how many; 0 if it is none. */
export function rankOf(mask: Uint8Array, token: number | null): readonly [rank: number, total: number] {
  let total = 0;
  let rank = 0;
  mask.forEach((hit, i) => {
    if (!hit) return;
    total++;
    if (i === token) rank = total;
  });
  return [rank, total];
}
