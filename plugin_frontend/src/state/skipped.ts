import type { Digest, FirstNan, Notice } from '../data/types.ts';

/** Something that is not there, at which steps, and why. */
export interface Gap {
  /**
   * Kind of the gap.
   * Steps without activity, some quantities, matrices in part, unread steps, absent quantities, damaged digests.
   */
  readonly kind: 'steps' | 'quantities' | 'cut' | 'unread' | 'absent' | 'damaged';
  readonly steps: readonly number[];
  /** Quantities in words; with their layers where `kind` is `absent`. */
  readonly names: readonly string[];
  /** The log's words; null where the log does not say. */
  readonly reason: string | null;
}

const inWords = (quantity: string) => quantity.replaceAll('_', ' ');
const ascending = (steps: Iterable<number>) => [...new Set(steps)].sort((a, b) => a - b);

/**
 * Steps that were read, with or without activity (`recordedSteps`).
 * A digest newer than all activity counts only if it says itself that activity was skipped: the index is asked
 * first.
 */
export function readSteps(recordedSteps: readonly number[], digests: readonly Digest[]): number[] {
  const last = recordedSteps.at(-1) ?? -Infinity;
  const isOld = ({ step, leftOut }: Digest) =>
    step < last ||
    leftOut.some((entry) => entry.what === 'activity' && !entry.quantities && entry.steps.includes(step));
  return ascending([...recordedSteps, ...digests.filter(isOld).map(({ step }) => step)]);
}

/** Everything that is not there; what has the same reason is said once. */
export function findGaps(
  recordedSteps: readonly number[],
  digests: readonly Digest[],
  digest: Digest | null,
  notices: readonly Notice[] = [],
): Gap[] {
  const here = new Set(recordedSteps);
  const absent = (digest ?? digests.at(-1))?.absent ?? [];
  const nowhere = new Set(absent.map(({ quantity }) => quantity));
  const gaps = new Map<string, { kind: Gap['kind']; steps: Set<number>; names: Set<string>; reason: string | null }>();
  const add = (kind: Gap['kind'], reason: string | null, steps: readonly number[], names: readonly string[]) => {
    const key = JSON.stringify([kind, reason, kind === 'quantities' ? names : null]);
    const gap = gaps.get(key) ?? { kind, steps: new Set(), names: new Set(), reason };
    gaps.set(key, gap);
    steps.forEach((step) => gap.steps.add(step));
    names.forEach((name) => gap.names.add(name));
  };
  const explained = new Set<number>();
  for (const { what, steps, quantities, reason } of digests.flatMap(({ leftOut }) => leftOut)) {
    if (what === 'matrix') {
      add('cut', reason, [], quantities ?? []);
      continue;
    }
    if (quantities) {
      if (!quantities.every((name) => nowhere.has(name))) add('quantities', reason, steps, quantities.map(inWords));
      continue;
    }
    const lost = steps.filter((step) => !here.has(step));
    if (lost.length) add(what === 'reading' ? 'unread' : 'steps', reason, lost, []);
    lost.forEach((step) => explained.add(step));
  }
  const unexplained = readSteps(recordedSteps, digests).filter((step) => !here.has(step) && !explained.has(step));
  if (unexplained.length) add('steps', null, unexplained, []);
  for (const { layer, quantity, reason } of absent)
    add('absent', reason, [], [quantity === 'all' ? layer : `${layer} ${inWords(quantity)}`]);
  for (const { step, text } of notices) add('damaged', text, step === null ? [] : [step], []);
  return [...gaps.values()].map((gap) => ({ ...gap, steps: ascending(gap.steps), names: [...gap.names] }));
}

/** First value of a run that was not finite; later digests repeat it. */
export const findFirstNan = (digests: readonly Digest[]): FirstNan | null =>
  digests.findLast(({ firstNan }) => firstNan)?.firstNan ?? null;
