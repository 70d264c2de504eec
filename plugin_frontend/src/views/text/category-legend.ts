import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { NOT_PREDICTED, type TokenText } from '../../data/types.ts';
import { BAND_HEIGHT, BAND_PATHS, BAND_WIDTH } from '../../ui/draw/category-band.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { formatCount } from '../../ui/format.ts';

export const categoryStyle = css`
  .kinds {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .kinds li {
    display: inline-flex;
    gap: 4px;
    align-items: center;
  }
  .kinds svg {
    border: 1px solid var(--rv-line);
  }
`;

const counted = new WeakMap<Uint8Array, readonly number[]>();

/** Number of tokens of each category. */
export function countKinds(errors: Uint8Array): readonly number[] {
  let counts = counted.get(errors);
  if (!counts) {
    const totals = new Array<number>(NOT_PREDICTED + 1).fill(0);
    for (const kind of errors) totals[kind]++;
    counted.set(errors, (counts = totals));
  }
  return counts;
}

/** Colour, mark, name and count of every kind; of several recordings a count each. */
export function categoryLegend(
  categories: readonly CategoryColor[],
  texts: readonly (TokenText | null)[],
): TemplateResult {
  const counts = (name: string) =>
    texts.map((text) => {
      const kind = text?.errorNames.indexOf(name) ?? -1;
      return text?.errors && kind >= 0 ? formatCount(countKinds(text.errors)[kind]) : '–';
    });
  return html`<ul class="kinds" aria-label="Error categories">
    ${categories.map(
      (category) =>
        html`<li>
          ${swatch(category)}<span>${category.name}</span
          ><span class="number">${counts(category.name).join(' · ')}</span>
        </li>`,
    )}
  </ul>`;
}

function swatch({ css: color, ink, mark }: CategoryColor): TemplateResult {
  const pieces =
    mark === 'none'
      ? nothing
      : [0, 1, 2].map(
          (i) =>
            svg`<path transform=${`translate(${i * BAND_WIDTH})`} d=${BAND_PATHS[mark]} stroke=${ink} fill="none" />`,
        );
  return html`<svg width=${3 * BAND_WIDTH} height="12" aria-hidden="true">
    <rect width="100%" height="12" fill=${color} />
    <svg width=${3 * BAND_WIDTH} height=${BAND_HEIGHT}>${pieces}</svg>
  </svg>`;
}
