import { css } from 'lit';
import { categoryColors, type CategoryColor } from '../../ui/draw/categories.ts';
import type { Rgb } from '../../state/oklab.ts';

/** Share of a colour behind letters, so that they have the ink of the page. */
const BEHIND_LETTERS = { light: 0.5, dark: 0.36 } as const;
const PAGE: { readonly light: Rgb; readonly dark: Rgb } = { light: [255, 255, 255], dark: [48, 48, 48] };

const mixed = (color: Rgb, page: Rgb, share: number): string =>
  `rgb(${color.map((value, k) => Math.round(share * value + (1 - share) * page[k])).join(',')})`;

/** Dot in the colour of a class, in front of its name. */
export const classDot = css`
  i {
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-right: 4px;
    border-radius: 4px;
  }
`;

/** Colours of the classes of a classifier, by index. */
export class ClassColors {
  private readonly page: Rgb;
  private readonly behindLetters: number;
  readonly colors: readonly CategoryColor[];

  constructor(classes: readonly string[], dark: boolean) {
    this.page = dark ? PAGE.dark : PAGE.light;
    this.behindLetters = dark ? BEHIND_LETTERS.dark : BEHIND_LETTERS.light;
    // Names with a colour of their own, such as that of no error, are none here.
    this.colors = categoryColors(
      classes.map((_, index) => `class ${index}`),
      dark,
    );
  }

  /** Colour of a class. */
  solid(index: number): string {
    return this.colors[index]?.css ?? 'transparent';
  }

  /** Colour of a cell, from the page at 0 to the class at 1. */
  cell(index: number, probability: number): string {
    return this.at(index, probability);
  }

  /** Colour behind a word: the page where all classes are equally probable. */
  behind(index: number, probability: number): string {
    const least = 1 / Math.max(2, this.colors.length);
    return this.at(index, this.behindLetters * Math.max(0, (probability - least) / (1 - least)));
  }

  private at(index: number, share: number): string {
    const color = this.colors[index];
    return color && share >= 0 ? mixed(color.rgb, this.page, share) : 'transparent';
  }
}
