/** A recording to compare with, of the probe chosen. */
export interface Compared {
  readonly run: string;
  readonly step: number;
}

/** The one selection that every view shows. */
export interface Selection {
  readonly run: string;
  readonly step: number;
  /** The recording B. */
  readonly compare: Compared | null;
  /** The recordings C to H. */
  readonly more: readonly Compared[];
  readonly probe: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  /** Units that are shown beside the one chosen. */
  readonly units: readonly number[];
  readonly feature: string;
  /** A stretch of tokens, from the first to before the end; null for none. */
  readonly tokens: readonly [first: number, end: number] | null;
}

/** Token, unit or frequency under the pointer, in any view. */
export interface Hover {
  readonly token: number | null;
  /** Token of the other side of a pair, counted in its text. */
  readonly partner: number | null;
  readonly unit: number | null;
  readonly frequency: number | null;
  readonly step: number | null;
}

export const NOWHERE: Hover = { token: null, partner: null, unit: null, frequency: null, step: null };

export const sameHover = (a: Hover, b: Hover) =>
  a.token === b.token &&
  a.partner === b.partner &&
  a.unit === b.unit &&
  a.frequency === b.frequency &&
  a.step === b.step;
