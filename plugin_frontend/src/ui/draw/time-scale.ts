import { linearScale, type Scale } from './plot-scale.ts';

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
/** Distances between ticks that clocks and calendars have, seconds. */
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** A stretch of time: `90 s`, `12 min`, `3.5 h`, `2 d`. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  const [unit, name] =
    size < 2 * MINUTE ? [1, 's'] : size < 2 * HOUR ? [MINUTE, 'min'] : size < 2 * DAY ? [HOUR, 'h'] : [DAY, 'd'];
  return size === 0 ? '0' : `${Number((seconds / (unit as number)).toFixed(1))} ${name}`.replace('-', '−');
}

/** A moment, seconds since 1970, in this machine's time: `21 Nov 14:05`. */
export function moment(seconds: number, fine = true): string {
  const date = new Date(1000 * seconds);
  if (Number.isNaN(date.getTime())) return '–';
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return fine ? `${day} ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}` : day;
}

/** Seconds, since a beginning or since 1970, with ticks that are round on a clock. */
export function timeScale(low: number, high: number, from: number, to: number, wall: boolean, count = 3): Scale {
  const scale = linearScale(low, high, from, to);
  const step = STEPS.find((candidate) => candidate >= (high - low) / count) ?? 365 * DAY;
  const shift = wall ? 60 * new Date(1000 * low).getTimezoneOffset() : 0;
  const first = Math.ceil((low - shift) / step - 1e-9);
  const values =
    high > low
      ? Array.from(
          { length: Math.floor((high - shift) / step + 1e-9) - first + 1 },
          (_, i) => (first + i) * step + shift,
        )
      : [low];
  return { ...scale, ticks: values.map((value) => ({ value, label: wall ? clock(value, step) : duration(value) })) };
}

function clock(value: number, step: number): string {
  if (step >= DAY) return moment(value, false);
  return new Date(1000 * value).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < MINUTE ? { second: '2-digit' as const } : {}),
  });
}
