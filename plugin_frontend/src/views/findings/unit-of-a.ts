import { shown, type Side, type Store } from '../../state/store.ts';

/** What a unit of a recording is called in A, where units of B are matched; the selection speaks of A. */
export function unitOfA(store: Pick<Store, 'matching'>, { series }: Pick<Side, 'series'>, unit: number): number {
  const partner = series === 1 ? shown(store.matching.value)?.partner.indexOf(unit) ?? -1 : -1;
  return partner < 0 ? unit : partner;
}
