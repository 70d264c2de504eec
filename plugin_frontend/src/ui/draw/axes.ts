/** Round numbers inside [low, high], about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low) || count < 1) return Number.isFinite(low) ? [low] : [];
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** 1, 2 or 5 times a power of ten, not below `least` by more than rounding. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Label of a tick with as many decimals as the step needs, and a true minus sign. */
export function tickLabel(value: number, step: number): string {
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

/** Colours of everything but the data. */
export interface Palette {
  readonly page: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly bar: string;
  readonly accent: string;
  readonly compared: string;
  /** Colours of up to eight lines; the first is `accent`, the second `compared`. */
  readonly series: readonly string[];
}

const LIGHT: Palette = {
  page: '#fff',
  ink: '#212121',
  muted: '#616161',
  line: '#d5d5d5',
  bar: '#78909c',
  accent: '#c43e00',
  compared: '#00695c',
  series: ['#c43e00', '#00695c', '#5e35b1', '#0277bd', '#ad1457', '#827717', '#4e342e', '#546e7a'],
};

const DARK: Palette = {
  page: '#303030',
  ink: '#fff',
  muted: '#bdbdbd',
  line: '#555',
  bar: '#90a4ae',
  accent: '#ff8a50',
  compared: '#4db6ac',
  series: ['#ff8a50', '#4db6ac', '#b39ddb', '#4fc3f7', '#f48fb1', '#dce775', '#bcaaa4', '#b0bec5'],
};

export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}
