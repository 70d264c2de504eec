import type { FrequencyUnit } from '../../state/signal-time.ts';
import { formatNumber } from '../format.ts';

/** Frequencies in cycles per token that are looked at, both ends included. */
export interface BandLimits {
  readonly low: number;
  readonly high: number;
}

export const NYQUIST = 0.5;

export interface BandPeak {
  readonly bin: number;
  readonly frequency: number;
  readonly amplitude: number;
}

/**
 * Largest absolute amplitude inside the band, frequency 0 (the mean) excluded.
 * Null if the band holds no finite value.
 */
export function peakInBand(values: Float32Array, frequency: Float32Array, { low, high }: BandLimits): BandPeak | null {
  let bin = -1;
  for (let b = 0; b < values.length; b++) {
    const f = frequency[b];
    if (
      f > 0 &&
      f >= low &&
      f <= high &&
      Number.isFinite(values[b]) &&
      (bin < 0 || Math.abs(values[b]) > Math.abs(values[bin]))
    )
      bin = b;
  }
  return bin < 0 ? null : { bin, frequency: frequency[bin], amplitude: values[bin] };
}

/** Largest size of a finite value but that of frequency 0; 0 where there is none. */
export function largest(rows: Iterable<Float32Array>, frequency: Float32Array): number {
  let best = 0;
  for (const values of rows) {
    for (let b = 0; b < values.length; b++)
      if (frequency[b] > 0 && Math.abs(values[b]) > best) best = Math.abs(values[b]);
  }
  return best;
}

/** Position of a frequency between the bins: b + 0.5 is the middle of bin b. */
export function columnOfFrequency(frequency: Float32Array, f: number): number {
  const n = frequency.length;
  if (n < 2) return 0.5;
  let low = 0;
  let high = n - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frequency[middle] <= f) low = middle;
    else high = middle - 1;
  }
  return low + 0.5 + (f - frequency[low]) / (frequency[low + 1] - frequency[low]);
}

/** The bin nearest to a frequency; -1 without bins. */
export function binAt(frequency: Float32Array, f: number): number {
  let best = -1;
  frequency.forEach((value, b) => {
    if (best < 0 || Math.abs(value - f) < Math.abs(frequency[best] - f)) best = b;
  });
  return best;
}

/** Clips a band to 0 <= low <= high <= 0.5; an end that is NaN keeps its old value. */
export function bandFrom(low: number, high: number, old: BandLimits): BandLimits {
  const end = (value: number, otherwise: number) =>
    Number.isFinite(value) ? Math.max(0, Math.min(NYQUIST, value)) : otherwise;
  const a = end(low, old.low);
  const b = end(high, old.high);
  return a <= b ? { low: a, high: b } : { low: b, high: a };
}

/** "every 5.3 tokens": the same frequency as a period. */
export const period = (frequency: number, time: FrequencyUnit | null = null) =>
  frequency > 0 ? `every ${time ? inTime(frequency, time) : `${tokensOf(frequency)} tokens`}` : 'the mean';

const inTime = (frequency: number, { rate, timeUnit }: FrequencyUnit) =>
  `${formatNumber(1 / frequency / rate)} ${timeUnit}`;

/** "every 2 to 10 tokens": a band as periods. */
export const periods = ({ low, high }: BandLimits) =>
  low === high
    ? period(low)
    : high > 0
      ? `every ${tokensOf(high)} ${low > 0 ? `to ${tokensOf(low)} tokens` : 'tokens or more'}`
      : 'the mean';

function tokensOf(frequency: number): string {
  const tokens = 1 / frequency;
  return tokens < 10 ? tokens.toFixed(1).replace(/\.0$/, '') : String(Math.round(tokens));
}
