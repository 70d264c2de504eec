import type { GalleryUnit } from '../../data/gallery.ts';
import type { Finding } from '../../data/types.ts';
import { useOf } from '../../state/finding-context.ts';
import { featureName } from '../../ui/feature-name.ts';
import { formatCount, formatNumber, formatPValue, pluralize, spaced } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { asTokens } from '../../state/wording.ts';

/** A number of tokens: whole from ten on. */
const length = (tokens: number) => {
  const size = tokens >= 10 ? Math.round(tokens) : Number(tokens.toFixed(1));
  return `${size.toLocaleString('en-US')} ${size === 1 ? 'token' : 'tokens'}`;
};

const times = (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${formatCount(count)} times`);

/** Evidence for the kind of a unit in plain words, with the numbers that decide. */
export function evidenceOf({ kind, numbers }: Pick<GalleryUnit, 'kind' | 'numbers'>, wording = asTokens): string {
  const of = (name: string) => numbers[name] ?? NaN;
  const parts = [...sentenceOf(kind, of)];
  if (!parts.length)
    return Object.entries(numbers)
      .map(([name, value]) => `${spaced(name)} ${formatNumber(value)}`)
      .join(', ');
  if (!Number.isNaN(of('explained')))
    parts.push(`the last two tokens explain ${percent(Math.max(0, of('explained')))}`);
  return wording(parts.join('; '));
}

function sentenceOf(kind: string, of: (name: string) => number): readonly string[] {
  if (kind === 'switch')
    return [
      `two states, ${percent(of('separation'))} of its variance between them`,
      `stays ${length(of('dwell'))} on average`,
      `on ${times(of('onsets'))}, ${percent(of('on_share'))} of the tokens`,
    ];
  if (kind === 'counter')
    return [
      `ramps that reset: the tokens since a reset explain ${percent(of('ramp'))} of its variance`,
      `a ramp takes ${length(of('ramp_length'))}`,
      `reset ${times(of('resets'))}`,
    ];
  if (kind === 'rhythm')
    return [
      `repeats every ${length(of('period'))}`,
      `${percent(of('peak_share'))} of its variance near that period, q ${formatPValue(of('peak_q'))}`,
    ];
  if (kind === 'detector')
    return [
      `rare and sharp: on at ${percent(of('on_share'))} of the tokens, ${length(of('on_length'))} at a time`,
      `on ${times(of('onsets'))}`,
      `excess kurtosis ${formatNumber(of('kurtosis'))}`,
    ];
  return [];
}

/** Names of a unit with their overlap, or that it is unknown. */
export function namesOf({ kind, names }: Pick<GalleryUnit, 'kind' | 'names'>): string {
  return names.length
    ? names.map(({ feature, overlap }) => `${featureName(feature)}, overlap ${overlap.toFixed(2)}`).join(' · ')
    : `unknown ${kind}`;
}

/**
 * Ablation effect of a unit in words.
 * They name the ablated quantity if it is not that of the card.
 */
export function ablationOf(finding: Finding, quantity: string, wording = asTokens): string {
  const { ablation, feature } = finding;
  if (!ablation) return '';
  const what = finding.quantity === quantity ? 'without it' : `without its ${spaced(finding.quantity)}`;
  const interval = `[${formatNumber(ablation.low)}, ${formatNumber(ablation.high)}]`;
  const effect = `${formatNumber(ablation.effect, true)} nats ${interval}`;
  const tokens = pluralize(ablation.count, wording('token'));
  return `${useOf(finding)} for ${featureName(feature)}: ${what} ${effect} on its ${tokens} against the rest`;
}
