import { firstAtLeast } from '../../ui/draw/text-find.ts';

const known = new WeakMap<Uint8Array, Uint32Array>();

/** The tokens that a mask marks, in order. */
export function marked(mask: Uint8Array): Uint32Array {
  let places = known.get(mask);
  if (!places) {
    let total = 0;
    for (const hit of mask) if (hit) total++;
    places = new Uint32Array(total);
    let next = 0;
    for (let i = 0; i < mask.length; i++) if (mask[i]) places[next++] = i;
    known.set(mask, places);
  }
  return places;
}

/** The place of the nearest one after (or before) a token among sorted ones; round the end if there is none. -1 where there are none. */
export function nextPlace(sorted: Uint32Array, from: number, direction: 1 | -1): number {
  if (!sorted.length) return -1;
  const place = direction > 0 ? firstAtLeast(sorted, from + 1) : firstAtLeast(sorted, Math.max(0, from)) - 1;
  return (place + sorted.length) % sorted.length;
}

/** The nearest match after (or before) a token; round the end if there is none. -1 where nothing matches. */
export function nextMatch(mask: Uint8Array, from: number, direction: 1 | -1): number {
  const places = marked(mask);
  return places[nextPlace(places, from, direction)] ?? -1;
}

/** Which match this token is, counted from 1, and of how many; 0 if it is none. */
export function rankOf(mask: Uint8Array, token: number | null): readonly [rank: number, total: number] {
  const places = marked(mask);
  const place = token === null ? -1 : firstAtLeast(places, token);
  return [places[place] === token && token !== null ? place + 1 : 0, places.length];
}
