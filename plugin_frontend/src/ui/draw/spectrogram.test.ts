import { expect, it } from 'vitest';
import { makeColormap } from '../../state/colormap.ts';
import { edgesOf, shadesOf } from './spectrogram.ts';

const frequency = Float32Array.from({ length: 9 }, (_, bin) => bin / 16);
const colors = makeColormap({ low: 0, high: 1, diverging: false });

it('a spectrum is coloured from its highest frequency down', () => {
  const shades = shadesOf(
    Float32Array.from(frequency, (f) => (f === 0.125 ? 1 : 0)),
    frequency,
    colors,
  );
  const strong = Array.from(shades.keys()).filter((row) => shades[row] === colors.words[255]);
  const heights = strong.map((row) => 0.5 * (1 - (row + 0.5) / shades.length));
  expect(Math.min(...heights)).toBeCloseTo(0.125 - 1 / 32, 2);
  expect(Math.max(...heights)).toBeCloseTo(0.125 + 1 / 32, 2);
});

it('what is no number has no colour', () => {
  expect(new Set(shadesOf(new Float32Array(9).fill(NaN), frequency, colors))).toEqual(new Set([0]));
  expect(new Set(shadesOf(new Float32Array(0), new Float32Array(0), colors))).toEqual(new Set([0]));
});

it('columns meet half-way', () => {
  expect(edgesOf([10, 20, 40], 8)).toEqual([
    [5, 15],
    [15, 30],
    [30, 50],
  ]);
  expect(edgesOf([10], 8)).toEqual([[2, 18]]);
});
