import { NO_TOKEN, type TokenText } from '../../data/types.ts';
import { tokenName } from '../../ui/format.ts';

/** A prediction whose most probable class is not the target. */
export interface ClassError {
  /** Token of the prediction; the last one of a sequence that has a class. */
  readonly token: number;
  readonly name: string;
  readonly target: string;
  readonly expected: string;
  /** Probability of the target. */
  readonly probability: number;
}

/** Errors of predictions of classes, the least probable target first. */
export function classErrors(text: TokenText | null): { predicted: number; wrong: readonly ClassError[] } {
  const { target, expected, expectedCount, probability, table } = text ?? {};
  if (!text || !target || !expected || !expectedCount || !table) return { predicted: 0, wrong: [] };
  const withTarget = [...target.keys()].filter((token) => target[token] !== NO_TOKEN);
  const wrong = withTarget.flatMap((token) => {
    const best = expected[token * expectedCount];
    if (best === target[token] || best === NO_TOKEN) return [];
    const name = tokenName(text, token);
    return {
      token,
      name,
      target: table[target[token]],
      expected: table[best],
      probability: probability?.[token] ?? NaN,
    };
  });
  return { predicted: withTarget.length, wrong: wrong.sort((a, b) => a.probability - b.probability) };
}
