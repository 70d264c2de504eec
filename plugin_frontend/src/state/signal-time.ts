import { sequenceAt } from '../data/sequences.ts';
import type { Signal, TokenText } from '../data/types.ts';

/** Decimals that tell two neighbouring steps of a rate apart, six at most. */
const decimalsOf = (rate: number) => Math.max(0, Math.min(6, Math.ceil(Math.log10(rate) - 1e-9)));

/** Time of a position in steps: position / rate; without a rate the position. */
export const timeOf = ({ rate }: Pick<Signal, 'rate'>, position: number): number =>
  rate === null ? position : position / rate;

/** `12.3 s` where the signal has a rate, otherwise `step 123`. */
export function timeLabel({ rate, timeUnit }: Pick<Signal, 'rate' | 'timeUnit'>, position: number): string {
  if (rate === null) return `step ${position.toLocaleString('en-US')}`;
  return `${(position / rate).toFixed(decimalsOf(rate))} ${timeUnit}`;
}

/** Time or step of a token of a signal within its sequence; null for a text. */
export function stepLabel({ signal, lengths }: Pick<TokenText, 'signal' | 'lengths'>, token: number): string | null {
  return signal && timeLabel(signal, sequenceAt(lengths, token)[1]);
}

/** Steps per unit of time, and the name of the unit. */
export interface FrequencyUnit {
  readonly rate: number;
  readonly timeUnit: string;
}

/** Unit of time of a signal; null for a text, and without a rate. */
export function frequencyUnitOf(text: TokenText | null): FrequencyUnit | null {
  const { rate, timeUnit } = text?.signal ?? {};
  return rate && timeUnit ? { rate, timeUnit } : null;
}
