import type { Finding } from '../data/types.ts';
import type { Selection } from './selection.ts';

/** Tokens of the stretch that shows an association, about three lines. */
const STRETCH = 96;

/**
 * Stretch of tokens in which a unit agrees most with a feature.
 * Its activity and the matches of the feature have the largest covariance within the stretch, of the sign of the
 * association, so that both matches and other tokens are in it.
 *
 * @param values Activity of the unit, one a token. Values that are not finite do not count.
 * @param mask 1 at the tokens that match.
 * @param sign Positive if the activity is larger at matches.
 * @returns First token and end; null if the feature matches no token, or every one.
 */
export function bestStretch(
  values: Float32Array,
  mask: Uint8Array,
  sign: number,
): readonly [first: number, end: number] | null {
  const length = Math.min(STRETCH, values.length);
  const center = finiteMean(values);
  let [count, matches, sum, product] = [0, 0, 0, 0];
  let [best, first] = [0, -1];
  for (let end = 1; end <= values.length; end++) {
    add(end - 1, 1);
    if (end > length) add(end - 1 - length, -1);
    if (end < length || !matches || matches === count) continue;
    const covariance = Math.sign(sign) * (product - (sum * matches) / count);
    if (covariance > best) [best, first] = [covariance, end - length];
  }
  return first < 0 ? null : [first, first + length];

  function add(token: number, times: 1 | -1): void {
    const value = values[token] - center;
    if (!Number.isFinite(value)) return;
    count += times;
    sum += times * value;
    if (!mask[token]) return;
    matches += times;
    product += times * value;
  }
}

function finiteMean(values: Float32Array): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count ? sum / count : 0;
}

/** The finding that is chosen; null if the chosen unit is none. */
export function chosenFinding(
  findings: readonly Finding[],
  { layer, quantity, feature }: Selection,
  unit: number,
): Finding | null {
  return (
    findings.find(
      (finding) =>
        finding.unit === unit &&
        finding.feature === feature &&
        finding.layer === layer &&
        finding.quantity === quantity,
    ) ?? null
  );
}

/** Token in the middle of a stretch. */
export const middleOf = ([first, end]: readonly [first: number, end: number]) => (first + end) >> 1;
