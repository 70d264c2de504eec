import { describe, expect, it } from 'vitest';
import { makeColormap } from '../../state/colormap.ts';
import { contrast, type Rgb } from '../../state/oklab.ts';
import { PROJECTION } from './states-fixtures.ts';
import {
  classColors,
  dotColormap,
  labelClasses,
  lossColors,
  maskColors,
  predictedClasses,
  scaleColors,
  timeColors,
} from './state-colors.ts';

const parse = (css: string): Rgb => css.slice(4, -1).split(',').map(Number) as unknown as Rgb;

describe('the colour of a dot', () => {
  it.each([
    { dark: false, page: [255, 255, 255] as Rgb },
    { dark: true, page: [48, 48, 48] as Rgb },
  ])('shows on the page at every value, dark: $dark', ({ dark, page }) => {
    for (const diverging of [false, true]) {
      const map = makeColormap({ low: -1, high: 1, diverging, dark });
      const least = Math.min(...dotColormap(map, dark).css.map((css) => contrast(parse(css), page)));
      expect(least).toBeGreaterThan(1.5);
    }
  });

  it('is that of the map at its ends', () => {
    const map = makeColormap({ low: -1, high: 1, diverging: true });
    expect(dotColormap(map, false).css[255]).toBe(map.css[255]);
  });

  it('is grey where the value is missing, and said so', () => {
    const map = makeColormap({ low: -1, high: 1, diverging: true });
    const colors = scaleColors('x', map, false, (token) => [1, NaN][token]);
    expect([colors.valueOf(0, 0), colors.valueOf(1, 1)]).toEqual(['+1.00', 'missing']);
    expect(colors.rgb(1, 1)).toEqual([158, 158, 158]);
    expect(colors.rank(0, 0)).toBeGreaterThan(colors.rank(1, 1));
  });

  it('of a match covers the others', () => {
    const colors = maskColors('digit', Uint8Array.of(0, 1), false);
    expect([colors.rank(0, 0), colors.rank(1, 1)]).toEqual([0, 255]);
    expect(colors.categories.map(({ name }) => name)).toEqual(['digit', 'other tokens']);
  });

  it('by the loss has the surprisal of the next token', () => {
    const colors = lossColors(Float32Array.of(1, Math.exp(-2), NaN), false);
    expect([0, 1, 2].map((token) => colors.valueOf(token, token))).toEqual(['0.000', '2.00', 'missing']);
  });

  it('by the time counts in each sequence', () => {
    const colors = timeColors([2, 3], 'token', false);
    expect([0, 1, 2, 3, 4].map((token) => colors.valueOf(token, token))).toEqual(['0', '1', '0', '1', '2']);
  });

  it('of more classes than there are colours is that of the others', () => {
    const names = Array.from({ length: 9 }, (_, k) => `class ${k}`);
    const colors = classColors('label', names, false, (token) => token);
    expect(colors.categories.at(-1)?.name).toBe('others');
    expect([colors.rgb(8, 0), colors.valueOf(8, 0)]).toEqual([[158, 158, 158], 'class 8']);
  });
});

describe('the class of a token', () => {
  it('is the label of its sequence', () => {
    const classes = labelClasses({ lengths: [2, 1], labels: ['b', 'a'] }, null);
    expect([classes?.names, [...classes!.of]]).toEqual([
      ['a', 'b'],
      [1, 1, 0],
    ]);
    expect(labelClasses({ lengths: [2], labels: null }, null)).toBeNull();
  });

  it('is the prediction at its point', () => {
    const projection = { ...PROJECTION, tokens: Uint32Array.of(1, 3), prediction: Int16Array.of(2, -1) };
    expect([...predictedClasses(projection, 5)]).toEqual([-1, 2, -1, -1, -1]);
  });
});
