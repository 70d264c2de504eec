import { svg, type SVGTemplateResult } from 'lit';
import type { CategoryColor } from '../draw/categories.ts';
import { BAND_HEIGHT, BAND_PATHS, BAND_WIDTH } from '../draw/category-band.ts';

const idOf = ({ css }: CategoryColor) => `category-${css.replace(/\D+/g, '-')}`;

/** Fill of a category in an SVG that has its pattern. */
export const fillOf = (color: CategoryColor) => `url(#${idOf(color)})`;

/** Pattern definitions of the category colours; `fillOf` refers to them. */
export const patterns = (colors: readonly CategoryColor[]): SVGTemplateResult =>
  svg`<defs>${colors.map(
    (color) => svg`
  <pattern id=${idOf(color)} width=${BAND_WIDTH} height=${BAND_HEIGHT} patternUnits="userSpaceOnUse">
    <rect width=${BAND_WIDTH} height=${BAND_HEIGHT} fill=${color.css}></rect>
    <path d=${BAND_PATHS[color.mark]} fill="none" stroke=${color.ink} stroke-opacity="0.55" stroke-width="0.7"></path>
  </pattern>`,
  )}</defs>`;
