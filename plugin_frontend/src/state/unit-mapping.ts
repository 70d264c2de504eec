import type { Matching } from '../data/types.ts';

/** Units of a recording as A numbers them, and back: those of others may be matched. Where there is no match, null. */
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
