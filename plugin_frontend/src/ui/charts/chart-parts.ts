import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { Scale } from '../draw/plot-scale.ts';

/** Styles of axes, texts and the tooltip of every chart. */
export const chartStyle = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
  }
  svg.chart {
    display: block;
    touch-action: pan-y;
  }
  svg.chart:focus-visible {
    outline: 2px solid var(--rv-accent);
    outline-offset: -1px;
  }
  text {
    font-size: 11px;
    fill: var(--rv-muted);
    font-variant-numeric: tabular-nums;
  }
  .grid {
    stroke: var(--rv-line);
  }
  .axis,
  .zero {
    stroke: var(--rv-muted);
  }
  .tooltip {
    position: absolute;
    top: 4px;
    z-index: 5;
    pointer-events: none;
    box-sizing: border-box;
    max-width: 60%;
    padding: 2px 6px;
    background: var(--rv-panel);
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    font-size: 11px;
    line-height: 14px;
    font-variant-numeric: tabular-nums;
    overflow: hidden;
  }
  .tooltip div {
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .tooltip i {
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-right: 4px;
    border-radius: 4px;
  }
  .tooltip b {
    font-weight: 500;
  }
`;

/** Edges of the area inside the axes, in CSS pixels. */
export interface ChartBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Axes {
  readonly box: ChartBox;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly titles: { readonly x: string | undefined; readonly y: string | undefined };
  /** Ticks of the x axis; `note` stands in a second row. */
  readonly xTicks: readonly { readonly value: number; readonly label: string; readonly note?: string }[];
  /** True if the grid has vertical lines as well. */
  readonly upright?: boolean;
  /** Distance of the labels of the x axis from it; 14 by default. */
  readonly labelGap?: number;
}

/** Axes with ticks, grid and titles. */
export function drawAxes({ box, height, x, y, titles, xTicks, upright, labelGap = 14 }: Axes): TemplateResult {
  const { left, right, top, bottom } = box;
  return svg`
    ${y.ticks.map(
      ({ value, label }) =>
        svg`<path class=${value === 0 ? 'grid zero' : 'grid'} d="M${left} ${y.at(value).toFixed(1)}H${right}"></path>
          <text x=${left - 4} y=${(y.at(value) + 4).toFixed(1)} text-anchor="end">${label}</text>`,
    )}
    ${xTicks.map(({ value, label, note }) => {
      const at = x.at(value).toFixed(1);
      const mark = upright ? `M${at} ${top}V${bottom}` : `M${at} ${bottom}v4`;
      return svg`<path class=${upright ? 'grid' : 'axis'} d=${mark}></path>
        <text class="tick" x=${at} y=${bottom + labelGap} text-anchor="middle">${label}</text>${
          note === undefined
            ? nothing
            : svg`<text x=${at} y=${bottom + labelGap + 12} text-anchor="middle">${note}</text>`
        }`;
    })}
    <path class="axis" d="M${left} ${bottom}H${right}"></path>
    ${titles.x ? svg`<text x=${(left + right) / 2} y=${height - 3} text-anchor="middle">${titles.x}</text>` : nothing}
    ${titles.y ? svg`<text x="0" y="9">${titles.y}</text>` : nothing}`;
}

export interface TooltipRow {
  readonly name: string;
  readonly color: string;
  readonly value: string;
}

const ROWS = 8;
const GAP = 10;

/** Tooltip beside a position, on the side that has more room. */
export function tooltip(
  title: string,
  rows: readonly TooltipRow[],
  { left, width }: { readonly left: number; readonly width: number },
): TemplateResult {
  const side = left > width / 2 ? `right:${(width - left + GAP).toFixed(0)}px` : `left:${(left + GAP).toFixed(0)}px`;
  return html`<div class="tooltip" style=${side} aria-hidden="true">
    <div>${title}</div>
    ${rows
      .slice(0, ROWS)
      .map(
        ({ name, color, value }) =>
          html`<div>${color ? html`<i style="background:${color}"></i>` : nothing}${name} <b>${value}</b></div>`,
      )}
    ${rows.length > ROWS ? html`<div>and ${rows.length - ROWS} more</div>` : nothing}
  </div>`;
}
