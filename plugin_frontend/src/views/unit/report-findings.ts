import type { Finding } from '../../data/types.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';

/** Findings of the unit, strongest first; the digest's until the report loads. */
export function findingsOfUnit(store: ViewContext, { data }: ComparedRecording): readonly Finding[] {
  const report = valueOrStale(data.report.value);
  const unit = data.unit.value;
  if (report?.unit === unit) return report.findings;
  const { layer, quantity } = store.selection.value!;
  return data.findings.value.filter((h) => h.layer === layer && h.quantity === quantity && h.unit === unit);
}

/** Strongest significant finding; null if there is none, undefined while unknown. */
export function strongestFinding(store: ViewContext, recording: ComparedRecording): Finding | null | undefined {
  const links = findingsOfUnit(store, recording);
  const strongest = links
    .filter(({ q }) => q <= SIGNIFICANT)
    .reduce<Finding | null>((best, h) => (best && Math.abs(best.effect) >= Math.abs(h.effect) ? best : h), null);
  return strongest ?? (valueOrStale(recording.data.report.value) ? null : undefined);
}
