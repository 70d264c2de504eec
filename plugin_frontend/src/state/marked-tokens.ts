/** Tokens of the chosen probe that a view marks in the text, as ranges. */
export interface MarkedTokens {
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** False: all of them are marked. */
  readonly more: false;
}
