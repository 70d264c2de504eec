import { expect, it } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { channelPath, signalLines } from './signal-lines.ts';

const values = Float32Array.from([0, 4, 1, 4, NaN, 4, 2, 4]);
const text = {
  ...testText(['', '', '', ''], { lengths: [4] }),
  signal: { channels: ['a', 'b'], values, rate: null, timeUnit: 's' },
};
const path = (most?: number) =>
  channelPath(
    signalLines(text)!,
    0,
    0,
    4,
    (position) => 10 * position,
    (share) => 100 * share,
    most,
  );

it('draws a channel on the scale of all, with a gap where it is missing', () => {
  expect(signalLines(text)).toMatchObject({ names: ['a', 'b'], low: 0, high: 4, more: 0 });
  expect(path()).toBe('M5.0 0.0L15.0 25.0M35.0 50.0');
});

it('draws the lowest and the highest of a stretch where there are many steps', () => {
  expect(path(4)).toBe('M10.0 0.0L10.0 25.0L30.0 50.0L30.0 50.0');
});

it('draws nothing of a text', () => {
  expect(signalLines(testText(['so']))).toBeNull();
});
