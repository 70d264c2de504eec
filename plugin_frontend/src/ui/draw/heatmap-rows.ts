import type { Finding } from '../../data/types.ts';

/** Units shown together at the top: a finding with neighbours, or the chosen ones. */
export interface Group {
  readonly units: readonly number[];
  /** The units suggested themselves, not their neighbours. */
  readonly suggested: readonly number[];
}

export interface Wanted {
  readonly layer: string;
  readonly quantity: string;
  readonly feature: string;
}

/**
 * Groups of the chosen units, then of findings with neighbours, strongest first.
 * Overlapping groups are merged.
 */
export function groupUnits(
  hypotheses: readonly Finding[],
  selection: Wanted,
  chosen: readonly number[],
  units: number,
): Group[] {
  const exists = (unit: number) => Number.isInteger(unit) && unit >= 0 && unit < units;
  const groups: { units: Set<number>; suggested: number[] }[] = [];
  for (const finding of hypotheses) {
    if (
      finding.feature !== selection.feature ||
      finding.layer !== selection.layer ||
      finding.quantity !== selection.quantity ||
      !exists(finding.unit)
    )
      continue;
    const around = [finding.unit, ...finding.neighbours].filter(exists);
    const same = groups.find((group) => around.some((unit) => group.units.has(unit)));
    if (same) {
      around.forEach((unit) => same.units.add(unit));
      if (!same.suggested.includes(finding.unit)) same.suggested.push(finding.unit);
    } else groups.push({ units: new Set(around), suggested: [finding.unit] });
  }
  const rows = groups.map((group) => ({ units: [...group.units].sort((a, b) => a - b), suggested: group.suggested }));
  const own = [...new Set(chosen)].filter(exists);
  return own.length ? [{ units: own, suggested: [] }, ...rows] : rows;
}

/**
 * Units in descending order of absolute value.
 * Units without a value come last, ties by number.
 */
export function orderBySize(values: Float32Array, units: number): Uint32Array {
  const size = Float32Array.from({ length: units }, (_, unit) =>
    Number.isFinite(values[unit]) ? Math.abs(values[unit]) : -1,
  );
  return Uint32Array.from(size.keys()).sort((a, b) => size[b] - size[a] || a - b);
}

/** Places where the mask is set. */
export function matches(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (const on of mask) if (on) count++;
  const places = new Uint32Array(count);
  for (let t = 0, i = 0; t < mask.length; t++) if (mask[t]) places[i++] = t;
  return places;
}
