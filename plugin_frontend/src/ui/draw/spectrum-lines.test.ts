import { expect, it } from 'vitest';
import { chartBox, frequencyAt, handleAt, xOf, yOf } from './spectrum-lines.ts';

const box = chartBox(500, 100);

it("frequencies and pixels are each other's inverse, clamped to what exists", () => {
  for (const f of [0, 0.1, 0.33, 0.5]) expect(frequencyAt(box, xOf(box, f))).toBeCloseTo(f);
  expect(frequencyAt(box, -100)).toBe(0);
  expect(frequencyAt(box, 1000)).toBe(0.5);
});

it('the handle of the band nearest to the pointer is taken', () => {
  const band = { low: 0.1, high: 0.4 };
  expect(handleAt(box, band, xOf(box, 0.1) + 4)).toBe('low');
  expect(handleAt(box, band, xOf(box, 0.4) - 4)).toBe('high');
  expect(handleAt(box, band, xOf(box, 0.25))).toBeNull();
});

it('of two handles in one place, the one that can move there is taken', () => {
  const both = { low: 0.2, high: 0.2 };
  expect(handleAt(box, both, xOf(box, 0.2) - 2)).toBe('low');
  expect(handleAt(box, both, xOf(box, 0.2) + 2)).toBe('high');
  expect(handleAt(box, { low: 0.5, high: 0.5 }, xOf(box, 0.5))).toBe('low');
});

it('amplitudes stand on the lower edge, differences around the middle', () => {
  const middle = (box.top + box.bottom) / 2;
  expect([0, 2].map((value) => yOf(box, { limit: 2, signed: false }, value))).toEqual([box.bottom, box.top]);
  expect([-2, 0, 2].map((value) => yOf(box, { limit: 2, signed: true }, value))).toEqual([box.bottom, middle, box.top]);
});
