import { describe, expect, it } from 'vitest';
import { contrast, type Rgb } from '../../state/oklab.ts';
import { categoriesOf, categoryColormap, nearlyAll } from './text-colors.ts';

const NAMES = ['correct', 'n-gram', 'memory', 'rare word', 'word model', 'punctuation', 'boost', 'rest'];
const rgb = (css: string): Rgb =>
  css === '#000' ? [0, 0, 0] : css === '#fff' ? [255, 255, 255] : (css.match(/\d+/g)!.map(Number) as unknown as Rgb);

describe.each([false, true])('categories as colours, dark %s', (dark) => {
  const colors = categoryColormap(categoriesOf(NAMES, dark), dark);
  it('each has its own, on which letters read', () => {
    expect(new Set(colors.css).size).toBe(NAMES.length);
    for (const [i, css] of colors.css.entries())
      expect(contrast(rgb(css), rgb(colors.ink[i]))).toBeGreaterThanOrEqual(4.5);
  });
  it('each kind of error has a mark of its own besides', () => {
    const [, ...errors] = categoriesOf(NAMES, dark);
    expect(new Set(errors.map(({ mark }) => mark)).size).toBe(errors.length);
  });
  it('what is none is missing', () => {
    expect([0, 7, 8, NaN].map((value) => colors.index(value))).toEqual([0, 7, -1, -1]);
  });
});

it('the limit of many values leaves out the wildest, and what is not a number', () => {
  expect(nearlyAll(Float32Array.from({ length: 1000 }, (_, i) => (i === 7 ? 1e9 : i / 1000)))).toBeCloseTo(0.995, 2);
  expect(nearlyAll(Float32Array.of(NaN, 2, Infinity))).toBe(2);
  expect(nearlyAll(Float32Array.of(NaN))).toBe(1);
});
