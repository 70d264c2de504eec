import { expect, it } from 'vitest';
import { contrast, lightness, oklch } from './oklab.ts';

it('knows the ends and the primaries', () => {
  expect(oklch(1, 0, 0)).toEqual([255, 255, 255]);
  expect(oklch(0, 0, 0)).toEqual([0, 0, 0]);
  expect(oklch(0.62796, 0.25768, 29.234)).toEqual([255, 0, 0]);
  expect(lightness([255, 0, 0])).toBeCloseTo(0.628, 3);
});

it('keeps lightness where chroma has to give way', () => {
  expect(lightness(oklch(0.5, 0.4, 150))).toBeCloseTo(0.5, 2);
});

it('measures contrast as WCAG does', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
});
