/** The one selection that every view shows. */
export interface Selection {
  readonly run: string;
  readonly step: number;
  readonly compare: { readonly run: string; readonly step: number } | null;
  readonly probe: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  readonly feature: string;
}

/** What the pointer is over, in any view. */
export interface Hover {
  readonly token: number | null;
  readonly unit: number | null;
  readonly frequency: number | null;
}

export const NOWHERE: Hover = { token: null, unit: null, frequency: null };

export const sameHover = (a: Hover, b: Hover) => a.token === b.token && a.unit === b.unit && a.frequency === b.frequency;
