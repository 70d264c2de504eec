import { parseSequences } from '../../data/sequences.ts';

/** Sequences that are pinned at most. */
export const MOST_PINS = 8;
export const PINS_ARE_MANY = `At most ${MOST_PINS} sequences are pinned: remove one`;

/** Pinned sequences of a word of the link. */
export const parsePins = (word: string, count: number): readonly number[] =>
  parseSequences(word, count).slice(0, MOST_PINS);

export const pinWord = (pins: readonly number[]): string => pins.join(' ');

/** True if a press changes whether a sequence is pinned. */
export const canPin = (pins: readonly number[], sequence: number): boolean =>
  pins.length < MOST_PINS || pins.includes(sequence);

/** Pins after a press: without the sequence, or with it at the end. */
export function togglePin(pins: readonly number[], sequence: number): readonly number[] {
  if (pins.includes(sequence)) return pins.filter((other) => other !== sequence);
  return canPin(pins, sequence) ? [...pins, sequence] : pins;
}

export type Alignment = 'start' | 'end' | 'decision';

/**
 * Column of the first step of each sequence, so that their anchors share one.
 *
 * @param decision Decision time of each sequence; -1 where it is not known, which aligns the start.
 * @returns Columns from 0, and the column of the anchors.
 */
export function alignedColumns(
  lengths: readonly number[],
  decision: readonly number[],
  alignment: Alignment,
): { readonly starts: readonly number[]; readonly anchor: number; readonly count: number } {
  const anchors = lengths.map((length, k) =>
    alignment === 'end' ? length - 1 : alignment === 'decision' ? Math.max(0, decision[k]) : 0,
  );
  const anchor = Math.max(0, ...anchors);
  const starts = anchors.map((own) => anchor - own);
  return { starts, anchor, count: Math.max(0, ...lengths.map((length, k) => starts[k] + length)) };
}
