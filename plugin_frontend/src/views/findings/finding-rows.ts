import type { Digest, Finding } from '../../data/types.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import { keyOf, pinOf, type Pin } from './pins.ts';

/** Evidence of one recording. */
export interface Listed {
  /** Strongest first. */
  readonly findings: readonly Finding[];
  readonly digests: readonly Digest[];
  /** Links that are not listed, but may be pinned. */
  readonly besides: readonly Finding[];
}

/** A link of a feature with a unit in every recording shown. */
export interface Row {
  readonly key: string;
  readonly pin: Pin;
  readonly pinned: boolean;
  /** One a recording, null where it is not known. */
  readonly findings: readonly (Finding | null)[];
  /** The first of these that is there. */
  readonly first: Finding | null;
  readonly began: FirstSignificant | null;
}

/** First step at which a finding was significant or listed. */
export interface FirstSignificant {
  readonly step: number;
  /**
   * Kind of the step.
   * `stands`: significant at every step since; `listed`: for the first time among the findings.
   */
  readonly how: 'stands' | 'listed';
}

/**
 * True if the effect or the one within equal tokens is significant.
 * A log without q does not say that it is not.
 */
export const isSignificant = ({ q, within_q }: Finding) => !(q > SIGNIFICANT) || within_q <= SIGNIFICANT;
export const isAboveChance = ({ first }: Row) => first !== null && isSignificant(first);

/**
 * Rows of all recordings, the pinned first, in the order of the recordings.
 * `typed` is the text of the feature query.
 */
export function rowsOf(recordings: readonly Listed[], pins: readonly Pin[], typed: string): Row[] {
  const byKey = recordings.map(({ findings, besides }) => new Map([...besides, ...findings].map((h) => [keyOf(h), h])));
  const began = firstSignificantSteps(recordings[0]?.digests ?? []);
  const pinned = new Set(pins.map(keyOf));
  const row = (pin: Pin): Row => {
    const key = keyOf(pin);
    const findings = byKey.map((recording) => recording.get(key) ?? null);
    return {
      key,
      pin,
      pinned: pinned.has(key),
      findings,
      first: findings.find((h) => h !== null) ?? null,
      began: began.get(key) ?? null,
    };
  };
  const rest = new Map(recordings.flatMap(({ findings }) => findings.map((h) => [keyOf(h), h])));
  return [...pins.map(row), ...[...rest].filter(([key]) => !pinned.has(key)).map(([, h]) => row(pinOf(h, typed)))];
}

const remembered = new WeakMap<readonly Digest[], ReadonlyMap<string, FirstSignificant>>();

/**
 * First significant step of each finding by the last digest.
 * Findings without one have the first step at which they are listed.
 */
export function firstSignificantSteps(digests: readonly Digest[]): ReadonlyMap<string, FirstSignificant> {
  let began = remembered.get(digests);
  if (!began) {
    const steps = new Map<string, FirstSignificant>();
    for (const { step, listed } of digests) {
      for (const key of listed) if (!steps.has(key)) steps.set(key, { step, how: 'listed' });
    }
    for (const one of digests.at(-1)?.emergence ?? []) steps.set(keyOf(one), { step: one.step, how: 'stands' });
    remembered.set(digests, (began = steps));
  }
  return began;
}
