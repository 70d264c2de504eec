import type { Hypothesis } from '../../data/types.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import { shown, type Side, type Store } from '../../state/store.ts';

/** What is known of the unit's links with features: the report, and until it is there, what the digest found. Strongest first. */
export function linksOf(store: Store, { sources }: Side): readonly Hypothesis[] {
  const report = shown(sources.report.value);
  const unit = sources.unit.value;
  if (report?.unit === unit) return report.hypotheses;
  const { layer, quantity } = store.selection.value!;
  return sources.hypotheses.value.filter((h) => h.layer === layer && h.quantity === quantity && h.unit === unit);
}

/** The strongest link above chance; null where there is none, undefined while that is not known. */
export function strongestLink(store: Store, side: Side): Hypothesis | null | undefined {
  const links = linksOf(store, side);
  const strongest = links
    .filter(({ q }) => q <= SIGNIFICANT)
    .reduce<Hypothesis | null>((best, h) => (best && Math.abs(best.effect) >= Math.abs(h.effect) ? best : h), null);
  return strongest ?? (shown(side.sources.report.value) ? null : undefined);
}
