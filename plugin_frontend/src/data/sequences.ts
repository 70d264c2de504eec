/** The sequence that holds a token counted over all of them, and its place within. */
export function sequenceAt(lengths: readonly number[], token: number): readonly [sequence: number, place: number] {
  let first = 0;
  for (let s = 0; s < lengths.length; s++) {
    if (token < first + lengths[s]) return [s, token - first];
    first += lengths[s];
  }
  return [-1, token];
}
