import type { Matching } from '../data/matching.ts';

/**
 * Mapping between the unit numbers of a recording and of A.
 * Null for a unit without a match.
 */
export interface UnitMapping {
  toA(unit: number): number | null;
  fromA(unit: number): number | null;
}

const SAME: UnitMapping = { toA: (unit) => unit, fromA: (unit) => unit };

/** Without a matching all keep their numbers. */
export function unitMappingOf(matching: Matching | null): UnitMapping {
  if (!matching) return SAME;
  const { partner } = matching;
  return {
    toA(unit) {
      const own = partner.indexOf(unit);
      return own < 0 ? null : own;
    },
    fromA: (unit) => partner[unit] ?? null,
  };
}
