import { describe, expect, it } from 'vitest';
import { COLORS, makeColormap, textOn, type Colormap } from './colormap.ts';
import { contrast, lightness, type Rgb } from './oklab.ts';

const rgb = (map: Colormap, i: number): Rgb => [map.rgba[4 * i], map.rgba[4 * i + 1], map.rgba[4 * i + 2]];
const all = (map: Colormap) => Array.from({ length: COLORS }, (_, i) => rgb(map, i));
const page: Record<string, Rgb> = { false: [255, 255, 255], true: [48, 48, 48] };

describe.each([false, true])('dark %s', (dark) => {
  const diverging = makeColormap({ low: -2, high: 2, diverging: true, dark });
  const sequential = makeColormap({ low: 0, high: 1, diverging: false, dark });

  it('diverges in equal steps of lightness to both sides', () => {
    const light = all(diverging).map(lightness);
    for (let i = 0; i < 128; i++) expect(Math.abs(light[i] - light[255 - i])).toBeLessThan(0.02);
    const steps = light.slice(1, 128).map((l, i) => (l - light[i]) * (dark ? -1 : 1));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThan(0.012);
  });

  it('is red for positive and blue for negative, neutral at zero', () => {
    const [[r0, , b0], [r1, , b1], middle] = [rgb(diverging, 0), rgb(diverging, 255), rgb(diverging, 128)];
    expect(b0).toBeGreaterThan(r0 + 60);
    expect(r1).toBeGreaterThan(b1 + 60);
    expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(12);
  });

  it('begins and centres near the page', () => {
    expect(contrast(rgb(diverging, 128), page[String(dark)])).toBeLessThan(1.1);
    expect(contrast(rgb(sequential, 0), page[String(dark)])).toBeLessThan(1.2);
  });

  it('rises in one direction where it does not diverge', () => {
    const light = all(sequential).map(lightness);
    const steps = light.slice(1).map((l, i) => (dark ? l - light[i] : light[i] - l));
    expect(Math.min(...steps)).toBeGreaterThan(-0.002); // eight bits a channel
    expect(Math.abs(light[255] - light[0])).toBeGreaterThan(0.55);
  });

  it.each([
    ['diverging', diverging],
    ['sequential', sequential],
  ])('has letters that read on every %s colour', (_, map) => {
    const worst = Math.min(
      ...all(map).map((ground, i) => contrast(ground, map.ink[i] === '#000' ? [0, 0, 0] : [255, 255, 255])),
    );
    expect(worst).toBeGreaterThanOrEqual(4.5);
  });
});

it('black or white reads on every colour there is', () => {
  for (let grey = 0; grey < 256; grey++) {
    const ground: Rgb = [grey, grey, grey];
    expect(contrast(ground, textOn(ground) === '#000' ? [0, 0, 0] : [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
  }
});

it('can be had the other way round', () => {
  const [usual, swapped] = [false, true].map((swap) =>
    makeColormap({ low: -1, high: 1, diverging: true, swapped: swap }),
  );
  expect(rgb(swapped, 0)).toEqual(rgb(usual, 255));
  expect(makeColormap({ low: 0, high: 1, diverging: false, swapped: true }).css).toEqual(
    makeColormap({ low: 0, high: 1, diverging: false }).css,
  );
});

it.each([
  [-2, 0],
  [-99, 0],
  [-Infinity, 0],
  [0, 128],
  [-1e-9, 127],
  [2, 255],
  [99, 255],
  [NaN, -1],
])('%f is colour %i of [-2, 2]', (value, index) => {
  expect(makeColormap({ low: -2, high: 2, diverging: true }).index(value)).toBe(index);
});

it('has a colour even where low is high', () => {
  const map = makeColormap({ low: 1, high: 1, diverging: false });
  expect([0, 1, 2].map((value) => map.index(value))).toEqual([0, 128, 255]);
});

it('has the same colours as words and as bytes', () => {
  const map = makeColormap({ low: 0, high: 1, diverging: false });
  const bytes = new Uint8ClampedArray(map.words.buffer, 4 * 200, 4);
  expect(`rgb(${[...bytes.subarray(0, 3)].join(',')})`).toBe(map.css[200]);
  expect(bytes[3]).toBe(255);
});
