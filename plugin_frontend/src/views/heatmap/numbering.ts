import { shown, type Side, type Store } from '../../state/store.ts';

/** Units of a side as A numbers them, and back: those of B may be matched. Where there is no match, null. */
export interface Numbering {
  toA(unit: number): number | null;
  fromA(unit: number): number | null;
}

const SAME: Numbering = { toA: (unit) => unit, fromA: (unit) => unit };
const B = 1;

export function numberingOf(store: Pick<Store, 'matching'>, { series, sources }: Pick<Side, 'series' | 'sources'>): Numbering {
  const matching = series === B && !sources.difference ? shown(store.matching.value) : null;
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
