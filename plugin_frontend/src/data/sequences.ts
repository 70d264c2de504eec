/** Sequence of a token counted over all sequences, and its position within it. */
export function sequenceAt(lengths: readonly number[], token: number): readonly [sequence: number, position: number] {
  let first = 0;
  for (let s = 0; s < lengths.length; s++) {
    if (token < first + lengths[s]) return [s, token - first];
    first += lengths[s];
  }
  return [-1, token];
}

/** Sequences of a word of the link, without repetition, as far as there are such. */
export const parseSequences = (word: string, count: number): readonly number[] => [
  ...new Set(
    word
      .split(' ')
      .filter((part) => /^\d+$/.test(part))
      .map(Number)
      .filter((sequence) => sequence < count),
  ),
];
