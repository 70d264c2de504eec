import type { Finding } from '../data/types.ts';
import type { Selection } from './selection.ts';

/** Units beside the chosen one, at most. */
export const MOST_STRIPS = 8;

type Chosen = Pick<Selection, 'layer' | 'quantity' | 'unit' | 'feature'>;

/** Units associated with the feature, strongest first, without the chosen one. */
export function unitsFound(hypotheses: readonly Finding[], { layer, quantity, unit, feature }: Chosen): number[] {
  const own = hypotheses.filter((one) => one.layer === layer && one.quantity === quantity && one.feature === feature);
  return [...new Set(own.map((one) => one.unit))].filter((one) => one !== unit);
}

/** Units with further ones added, without repeats and without the chosen unit. */
export function addUnits(units: readonly number[], more: readonly number[], selected: number): number[] {
  return [...new Set([...units, ...more])].filter((unit) => unit !== selected).slice(0, MOST_STRIPS);
}
