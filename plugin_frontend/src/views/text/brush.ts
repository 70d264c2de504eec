export type Range = readonly [first: number, end: number];

/** The stretch between two tokens, both within it. */
export const between = (a: number, b: number): Range => [Math.min(a, b), Math.max(a, b) + 1];

/**
 * Moves the end of a token range opposite its anchor, as shift with arrows does.
 *
 * @param range What is chosen already, or null.
 * @param anchor The token that stays; another stretch than one from there begins anew.
 * @param move Gives the place that a token moves to.
 * @param tokens How many there are.
 */
export function extendRange(
  range: Range | null,
  anchor: number,
  move: (token: number) => number,
  tokens: number,
): Range {
  const head = range && range[0] === anchor ? range[1] - 1 : range && range[1] - 1 === anchor ? range[0] : anchor;
  return between(anchor, Math.min(tokens - 1, Math.max(0, move(head))));
}
