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

/** The largest amplitude inside the band; frequency 0, the mean, never counts. Null where the band holds no finite value. */
export function peakInBand(values: Float32Array, frequency: Float32Array, { low, high }: BandLimits): BandPeak | null {
  let bin = -1;
  for (let b = 0; b < values.length; b++) {
    const f = frequency[b];
    if (f > 0 && f >= low && f <= high && Number.isFinite(values[b]) && (bin < 0 || values[b] > values[bin])) bin = b;
  }
  return bin < 0 ? null : { bin, frequency: frequency[bin], amplitude: values[bin] };
}

/** Largest finite value but that of frequency 0; 0 where there is none. */
export function largest(rows: Iterable<Float32Array>, frequency: Float32Array): number {
  let best = 0;
  for (const values of rows) {
    for (let b = 0; b < values.length; b++) if (frequency[b] > 0 && values[b] > best) best = values[b];
  }
  return best;
}

/** Where a frequency stands between the bins: b + 0.5 is the middle of bin b. */
export function placeOfFrequency(frequency: Float32Array, f: number): number {
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

/** A band that can be: 0 <= low <= high <= 0.5; what is no number keeps the old end. */
export function bandFrom(low: number, high: number, old: BandLimits): BandLimits {
  const end = (value: number, otherwise: number) => (Number.isFinite(value) ? Math.max(0, Math.min(NYQUIST, value)) : otherwise);
  const a = end(low, old.low);
  const b = end(high, old.high);
  return a <= b ? { low: a, high: b } : { low: b, high: a };
}

/** "every 5.3 tokens": the same frequency as a period. */
export function period(frequency: number): string {
  if (!(frequency > 0)) return 'the mean';
  const tokens = 1 / frequency;
  return `every ${tokens < 10 ? tokens.toFixed(1).replace(/\.0$/, '') : Math.round(tokens)} tokens`;
}
