import { expect, it } from 'vitest';
import { stepLabel, timeLabel } from './signal-time.ts';

const signal = { channels: ['x'], values: new Float32Array(6), timeUnit: 's' };

it('labels a step by its time where the signal has a rate, with as many decimals as steps need', () => {
  expect(timeLabel({ rate: 10, timeUnit: 's' }, 123)).toBe('12.3 s');
  expect(timeLabel({ rate: 1000, timeUnit: 'ms' }, 5)).toBe('0.005 ms');
  expect(timeLabel({ rate: 1, timeUnit: 'day' }, 5)).toBe('5 day');
  expect(timeLabel({ rate: 0.5, timeUnit: 'h' }, 5)).toBe('10 h');
});

it('labels a step by its number without a rate', () => {
  expect(timeLabel({ rate: null, timeUnit: 's' }, 1234)).toBe('step 1,234');
});

it('counts from the beginning of each sequence, and is none for a text', () => {
  expect(stepLabel({ signal: { ...signal, rate: 10 }, lengths: [4, 2] }, 5)).toBe('0.1 s');
  expect(stepLabel({ signal: null, lengths: [4, 2] }, 5)).toBeNull();
});
