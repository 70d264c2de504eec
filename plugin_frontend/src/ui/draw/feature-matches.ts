import { firstAtLeast } from './text-find.ts';

const cache = new WeakMap<Uint8Array, Uint32Array>();

/** The tokens that a mask marks, in order. */
export function marked(mask: Uint8Array): Uint32Array {
  let places = cache.get(mask);
  if (!places) {
    let total = 0;
    for (const hit of mask) if (hit) total++;
    places = new Uint32Array(total);
    let next = 0;
    for (let i = 0; i < mask.length; i++) if (mask[i]) places[next++] = i;
    cache.set(mask, places);
  }
  return places;
}

/** Index of the next or previous token in a sorted list, cyclic; -1 if empty. */
export function nextPlace(sorted: Uint32Array, from: number, direction: 1 | -1): number {
  if (!sorted.length) return -1;
  const index = direction > 0 ? firstAtLeast(sorted, from + 1) : firstAtLeast(sorted, Math.max(0, from)) - 1;
  return (index + sorted.length) % sorted.length;
}

/** Next (or previous) match of a token, wrapping around; -1 if nothing matches. */
export function nextMatch(mask: Uint8Array, from: number, direction: 1 | -1): number {
  const places = marked(mask);
  return places[nextPlace(places, from, direction)] ?? -1;
}

/** Number of this match, from 1, and the number of all; 0 if the token is no match. */
export function rankOf(mask: Uint8Array, token: number | null): readonly [rank: number, total: number] {
  const places = marked(mask);
  const index = token === null ? -1 : firstAtLeast(places, token);
  return [places[index] === token && token !== null ? index + 1 : 0, places.length];
}
