import { describe, expect, it } from 'vitest';
import { duration, moment, timeScale } from './time-scale.ts';

it('a duration has the unit that fits', () => {
  expect([0, 90, 720, 12_600, 3 * 86_400].map(duration)).toEqual(['0', '90 s', '12 min', '3.5 h', '3 d']);
});

it('a moment is of this machine’s clock', () => {
  const here = new Date(2024, 10, 21, 14, 5).getTime() / 1000;
  expect(moment(here)).toBe('21 Nov 14:05');
  expect(moment(NaN)).toBe('–');
});

describe('timeScale', () => {
  it('has ticks at round times since the beginning', () => {
    expect(timeScale(0, 3600, 0, 100, false).ticks.map(({ label, value }) => [label, value])).toEqual([
      ['0', 0],
      ['30 min', 1800],
      ['60 min', 3600],
    ]);
  });

  it('has ticks at round times of the clock', () => {
    const noon = new Date(2024, 10, 21, 12, 7).getTime() / 1000;
    expect(timeScale(noon, noon + 3600, 0, 100, true).ticks.map(({ label }) => label)).toEqual(['12:30', '13:00']);
  });

  it('has one tick for one moment', () => {
    expect(timeScale(5, 5, 0, 100, false).ticks.map(({ label }) => label)).toEqual(['5 s']);
  });
});
