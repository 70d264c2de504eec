import { textOn } from '../../state/colormap.ts';
import type { Rgb } from '../../state/oklab.ts';

/** Marks upon a colour, so that it is not colour alone that tells kinds apart. */
export const MARKS = ['none', 'rising', 'falling', 'across', 'upright', 'dots', 'grid', 'waves'] as const;
export type Mark = (typeof MARKS)[number];

export interface CategoryColor {
  readonly name: string;
  readonly rgb: Rgb;
  readonly css: string;
  /** The colour of letters and marks upon it: contrast at least 4.5. */
  readonly ink: '#000' | '#fff';
  readonly mark: Mark;
}

/** Category of tokens without an error, which has the colour of the page. */
const CORRECT = 'correct';

const ORDER = ['n-gram', 'memory', 'rare word', 'word model', 'punctuation', 'boost', 'rest'];
/**
 * Colours far apart in OKLab, from each other and from the page.
 * They are so for usual, red-blind, green-blind and blue-blind eyes.
 */
const LIGHT: readonly Rgb[] = [
  [20, 70, 188],
  [238, 155, 8],
  [0, 136, 101],
  [190, 115, 213],
  [122, 210, 202],
  [255, 229, 19],
  [70, 70, 70],
];
const DARK: readonly Rgb[] = [
  [103, 99, 252],
  [232, 141, 8],
  [0, 112, 70],
  [205, 160, 225],
  [146, 235, 195],
  [250, 229, 51],
  [140, 140, 140],
];
const PAGE = { light: [255, 255, 255], dark: [48, 48, 48] } as const;

/**
 * Colour for each name.
 * Error categories have fixed colours; other names take the free ones in order.
 */
export function categoryColors(names: readonly string[], dark: boolean): readonly CategoryColor[] {
  const set = dark ? DARK : LIGHT;
  const free = ORDER.flatMap((name, i) => (names.includes(name) ? [] : [i]));
  const others = names.filter((name) => name !== CORRECT && !ORDER.includes(name));
  const placeOf = (name: string) => {
    const i = others.indexOf(name);
    return i < 0 ? ORDER.indexOf(name) : (free[i % free.length] ?? i % ORDER.length);
  };
  return names.map((name) => {
    if (name === CORRECT) return { name, ...grounded(dark ? PAGE.dark : PAGE.light), mark: 'none' as const };
    const index = placeOf(name);
    return { name, ...grounded(set[index]), mark: MARKS[index] };
  });
}

const grounded = (rgb: Rgb) => ({ rgb, css: `rgb(${rgb.join(',')})`, ink: textOn(rgb) });
