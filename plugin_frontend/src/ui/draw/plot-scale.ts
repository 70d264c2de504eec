import { niceStep, tickLabel, ticks } from './axes.ts';

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** From values to pixels and back. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  at(value: number): number;
  valueAt(pixel: number): number;
}

/** Linear scale from `low` at `from` to `high` at `to`; centred if they are equal. */
export function linearScale(low: number, high: number, from: number, to: number, count = 4): Scale {
  const span = high - low;
  const step = span > 0 ? niceStep(span / count) : 1;
  return {
    low,
    high,
    ticks: ticks(low, high, count).map((value) => ({ value, label: shortLabel(value, step) })),
    at: (value) => (span > 0 ? from + ((value - low) / span) * (to - from) : (from + to) / 2),
    valueAt: (pixel) => (from === to ? low : low + ((pixel - from) / (to - from)) * span),
  };
}

/**
 * Logarithmic scale with ticks at powers of ten, and at 2 and 5 times if few.
 * Both ends must be positive.
 */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const linear = linearScale(Math.log10(low), Math.log10(high), from, to);
  const first = Math.floor(linear.low);
  const powers = Array.from({ length: Math.ceil(linear.high) - first + 1 }, (_, i) => 10 ** (first + i));
  const factors = linear.high - linear.low < 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((linear.high - linear.low) / 5));
  const values = powers.filter((_, i) => i % every === 0).flatMap((power) => factors.map((factor) => factor * power));
  return {
    low,
    high,
    ticks: values
      .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
      .map((value) => ({ value, label: shortLabel(value, value) })),
    at: (value) => linear.at(Math.log10(value)),
    valueAt: (pixel) => 10 ** linear.valueAt(pixel),
  };
}

/** 20000 as 20k, a ten-thousandth as 1e−4. */
function shortLabel(value: number, step: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e15 || step < 1e-4)
    return value
      .toExponential(Math.max(0, Math.min(3, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step) + 1e-9))))
      .replaceAll('-', '−')
      .replace('+', '');
  for (const [unit, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (size >= unit && size >= 10_000) return tickLabel(value / unit, step / unit) + letter;
  }
  return tickLabel(value, step);
}
