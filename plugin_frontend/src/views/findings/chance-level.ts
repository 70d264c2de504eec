import type { Finding } from '../../data/types.ts';
import { formatNumber } from '../../ui/format.ts';
import { isSignificant } from './finding-rows.ts';

/** Chance level of the effects, as far as the listed findings tell. */
export interface ChanceLevel {
  /** The smallest effect, whatever its sign, that stands; NaN where none does. */
  readonly above: number;
  /** The largest that does not stand; NaN where all do. */
  readonly below: number;
  readonly listed: number;
}

/** Of these findings together. */
export function chanceLevel(findings: readonly Finding[]): ChanceLevel {
  const sizes = (which: boolean) =>
    findings
      .filter((h) => isSignificant(h) === which && Number.isFinite(h.effect))
      .map(({ effect }) => Math.abs(effect));
  const [above, below] = [sizes(true), sizes(false)];
  return {
    above: above.length ? Math.min(...above) : NaN,
    below: below.length ? Math.max(...below) : NaN,
    listed: findings.length,
  };
}

/** By feature: how many tokens match decides how far chance reaches. */
export function chanceLevels(findings: readonly Finding[]): ReadonlyMap<string, ChanceLevel> {
  const groups = new Map<string, Finding[]>();
  for (const h of findings) {
    const group = groups.get(h.feature);
    if (group) group.push(h);
    else groups.set(h.feature, [h]);
  }
  return new Map([...groups].map(([feature, group]) => [feature, chanceLevel(group)]));
}

/** Explanation of the mark of chance on a bar, and of its limits. */
export function chanceSentence({ above, below, listed }: ChanceLevel, feature: string): string {
  if (Number.isNaN(above)) return `None of the ${listed} listed for ${feature} is above chance (q of at most 0.05).`;
  const weakest =
    `The mark: ${formatNumber(above)}, the smallest effect that is above chance (q of at most 0.05) ` +
    `among the ${listed} listed for ${feature}.`;
  if (Number.isNaN(below)) return `${weakest} All of these are above chance, so that chance ends there or below.`;
  return `${weakest} The largest that is not: ${formatNumber(below)}.`;
}
