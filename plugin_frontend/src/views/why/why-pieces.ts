import { html, svg, type TemplateResult } from 'lit';
import type { ExplainedPrediction } from '../../data/explanations.ts';
import type { Colormap } from '../../state/colormap.ts';
import { formatNumber, truncate } from '../../ui/format.ts';

/** Width of the bar of a part in CSS pixels. */
const BAR = 64;

/** Bar from the middle, to the right and in the colour of large parts if positive. */
export const bar = (value: number, most: number, { css }: Colormap): TemplateResult => {
  const width = (BAR / 2) * (Math.abs(value) / (most || 1));
  return html`<svg width=${BAR} height="10" aria-hidden="true">
    ${svg`<rect x=${value < 0 ? BAR / 2 - width : BAR / 2} y="1" width=${width} height="8"
      fill=${css[value < 0 ? 32 : 223]}></rect>
    <path d="M${BAR / 2} 0V10" stroke="var(--rv-muted)"></path>`}
  </svg>`;
};

/** Channels (rows) over the steps that were read. */
export function signalGrid(
  { values, first, step }: ExplainedPrediction,
  channels: readonly string[],
  colors: Colormap,
): TemplateResult {
  const steps = Math.min(values.length / channels.length, step - first + 1);
  const [width, height, left] = [720, 18, 84];
  const cell = width / steps;
  const px = (value: number) => value.toFixed(2);
  return html`<svg
    class="chart grid"
    role="img"
    aria-label="Parts of ${channels.length} channels at the steps ${first} to ${step}"
    viewBox="0 0 ${left + width} ${height * channels.length + 16}"
  >
    ${channels.map(
      (
        name,
        row,
      ) => svg`<text x="0" y=${row * height + 13} font-size="11" fill="currentColor">${truncate(name, 13)}</text>
        ${Array.from({ length: steps }, (_, k) => {
          const value = values[k * channels.length + row];
          const index = colors.index(value);
          return svg`<rect x=${px(left + k * cell)} y=${row * height} width=${px(cell + 0.3)} height=${
            height - 2
          } fill=${index < 0 ? 'none' : colors.css[index]}><title>${name}, step ${first + k}: ${formatNumber(
            value,
            true,
          )}</title></rect>`;
        })}`,
    )}
    ${svg`<text x=${left} y=${height * channels.length + 12} font-size="11" fill="currentColor">step ${first}</text>
    <text x=${left + width} y=${height * channels.length + 12} font-size="11" text-anchor="end"
      fill="currentColor">step ${step}</text>`}
  </svg>`;
}
