import { css, html, nothing, type TemplateResult } from 'lit';

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
