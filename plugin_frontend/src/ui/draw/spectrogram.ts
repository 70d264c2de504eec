import type { Colormap } from '../../state/colormap.ts';
import { NYQUIST, columnOfFrequency } from './spectrum.ts';

const ROWS = 128;

/**
 * Colours of a spectrum from the highest frequency down to 0, evenly spaced.
 * 0, which is no colour, marks missing values.
 */
export function shadesOf(values: Float32Array, frequency: Float32Array, colors: Colormap): Uint32Array<ArrayBuffer> {
  const shades = new Uint32Array(ROWS);
  for (let row = 0; row < ROWS && values.length; row++) {
    const position = columnOfFrequency(frequency, NYQUIST * (1 - (row + 0.5) / ROWS));
    const index = colors.index(values[Math.max(0, Math.min(values.length - 1, Math.floor(position)))]);
    if (index >= 0) shades[row] = colors.words[index];
  }
  return shades;
}

const drawn = new WeakMap<Float32Array, { readonly colors: Colormap; readonly address: string }>();

/** Data URL of a spectrum as an image one pixel wide; empty if it has no values. */
export function columnOf(values: Float32Array, frequency: Float32Array, colors: Colormap): string {
  const cached = drawn.get(values);
  if (cached?.colors === colors) return cached.address;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1, ROWS];
  const context = canvas.getContext('2d');
  if (!context) return '';
  context.putImageData(new ImageData(new Uint8ClampedArray(shadesOf(values, frequency, colors).buffer), 1, ROWS), 0, 0);
  const address = canvas.toDataURL();
  drawn.set(values, { colors, address });
  return address;
}

/**
 * Edges of the columns of steps, half-way between neighbours.
 * The outermost columns are symmetric.
 */
export function edgesOf(places: readonly number[], alone: number): readonly (readonly [left: number, right: number])[] {
  return places.map((x, i) => {
    const [before, behind] = [places[i - 1], places[i + 1]];
    const left = before === undefined ? (behind === undefined ? alone : (behind - x) / 2) : (x - before) / 2;
    const right = behind === undefined ? (before === undefined ? alone : (x - before) / 2) : (behind - x) / 2;
    return [x - left, x + right];
  });
}
