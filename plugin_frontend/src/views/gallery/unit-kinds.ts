import type { GalleryUnit } from '../../data/gallery.ts';
import type { Digest, Finding } from '../../data/types.ts';
import { useOf } from '../../state/finding-context.ts';

/** Kinds of units in the order of the picture, from below. */
export const KINDS = ['switch', 'counter', 'rhythm', 'detector', 'echo', 'dead', 'mixed'] as const;

/** Kinds of which the gallery has cards. */
export const CARD_KINDS = ['switch', 'counter', 'rhythm', 'detector'] as const;

/** A state of a layer. */
export interface LayerState {
  readonly layer: string;
  readonly quantity: string;
}

/** True if the kinds of units are in the log; those of earlier versions have none. */
export const hasKinds = ({ kinds }: Digest): boolean => Object.keys(kinds).length > 0;

/** States whose units have a kind in any of the digests, in the order of the log. */
export function statesOf(digests: readonly Digest[]): readonly LayerState[] {
  const states = new Map<string, LayerState>();
  for (const { kinds } of digests)
    for (const [layer, quantities] of Object.entries(kinds))
      for (const quantity of Object.keys(quantities)) states.set(`${layer}\n${quantity}`, { layer, quantity });
  return [...states.values()];
}

/**
 * Number of units of each kind, in the order of `KINDS`.
 * Null if the digest does not say.
 */
export function countKinds(digest: Digest, { layer, quantity }: LayerState): readonly number[] | null {
  const units = digest.kinds[layer]?.[quantity];
  const all = digest.units[layer];
  if (!units || all === undefined) return null;
  const counts = KINDS.map((kind) => units[kind]?.length ?? 0);
  const listed = Object.values(units).reduce((sum, members) => sum + members.length, 0);
  return counts.map((count, i) => (KINDS[i] === 'mixed' ? Math.max(0, all - listed) : count));
}

/** Units by kind at every step of which the log says them. */
export interface KindsOverSteps {
  readonly steps: readonly number[];
  /** Counts at each step, by kind. */
  readonly counts: readonly (readonly number[])[];
}

export function kindsOverSteps(digests: readonly Digest[], state: LayerState): KindsOverSteps {
  const counted = digests.flatMap((digest) => {
    const counts = countKinds(digest, state);
    return counts ? [{ step: digest.step, counts }] : [];
  });
  return {
    steps: counted.map(({ step }) => step),
    counts: KINDS.map((_, kind) => counted.map(({ counts }) => counts[kind])),
  };
}

/**
 * First step from which on a unit has its kind in every digest up to a step.
 * Digests without the kinds of its state do not count.
 */
export function kindSince(
  digests: readonly Digest[],
  { layer, quantity, unit, kind }: Pick<GalleryUnit, 'layer' | 'quantity' | 'unit' | 'kind'>,
  step: number,
): number {
  let since = step;
  for (const digest of digests.filter((one) => one.step <= step).sort((a, b) => b.step - a.step)) {
    const kinds = digest.kinds[layer]?.[quantity];
    if (!kinds) continue;
    if (!kinds[kind]?.includes(unit)) break;
    since = digest.step;
  }
  return since;
}

const strength = ({ ablation }: Finding) => Math.abs(ablation?.effect ?? 0);

/**
 * Finding with the strongest ablation effect of a unit.
 * Those for which it is used come first.
 */
export function ablatedFinding(
  findings: readonly Finding[],
  { layer, unit }: Pick<GalleryUnit, 'layer' | 'unit'>,
): Finding | null {
  const ablated = findings.filter((finding) => finding.layer === layer && finding.unit === unit && finding.ablation);
  const rank = (finding: Finding) => (useOf(finding) === 'used' ? 1 : 0);
  return ablated.sort((a, b) => rank(b) - rank(a) || strength(b) - strength(a))[0] ?? null;
}
