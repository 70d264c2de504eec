/** Sequence of a token counted over all sequences, and its position within it. */
export function sequenceAt(lengths: readonly number[], token: number): readonly [sequence: number, position: number] {
  let first = 0;
  for (let s = 0; s < lengths.length; s++) {
    if (token < first + lengths[s]) return [s, token - first];
    first += lengths[s];
  }
  return [-1, token];
}
