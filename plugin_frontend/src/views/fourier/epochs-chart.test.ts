import { expect, it } from 'vitest';
import { axisWords } from '../../state/axis.ts';
import type { Track } from './epoch-tracks.ts';
import { epochsChart } from './epochs-chart.ts';
import { asTokens } from '../../state/wording.ts';

const track: Track = {
  name: 'unit 8',
  unit: 8,
  color: 'red',
  shape: 'square',
  dots: [
    { step: 0, frequency: 0.25, amplitude: 1, prominence: 1, q: 0.5 },
    { step: 2, frequency: 0.125, amplitude: 4, prominence: 1, q: 0.001 },
  ],
};
const chart = (tracks: readonly Track[]) =>
  epochsChart({
    tracks,
    picture: { grid: [0, 1, 2], columns: [] },
    steps: [0, 1, 2],
    now: 1,
    band: { low: 0.1, high: 0.4 },
    wording: asTokens,
    time: null,
    axis: axisWords('epoch'),
  });

it('has a larger marker for a higher peak, filled where it is above noise', () => {
  const [line] = chart([track]).lines;
  const markers = [0, 1].map((i) => line.marker!(i));
  expect(markers.map(({ filled, shape }) => [filled, shape])).toEqual([
    [false, 'square'],
    [true, 'square'],
  ]);
  expect(markers[1].radius).toBe(7);
  expect(markers[0].radius).toBeCloseTo(2.5 + 4.5 / 2);
  expect(markers[1].title).toBe('unit 8, epoch 2: 0.125 cycles per token, every 8 tokens, amplitude 4.00, q 0.001');
});

it('reaches epochs without a peak, shades what is outside the band, and names the latest peak', () => {
  const { stops, shades, label, now } = chart([track]);
  expect(stops).toEqual([0, 1, 2]);
  expect(shades).toEqual([
    { low: 0, high: 0.1 },
    { low: 0.4, high: 0.5 },
  ]);
  expect(now).toEqual([{ stop: 1 }]);
  expect(label).toBe('Strongest peaks over the steps. unit 8: every 8 tokens at epoch 2');
  expect(chart([]).label).toBe('Strongest peaks over the steps: none');
});
