import { css, html, nothing, type TemplateResult } from 'lit';
import type { Layout } from '../draw/heatmap-layout.ts';
import { featureName } from '../feature-name.ts';

export interface Heads {
  /** The feature of each column of bars; none where there is nothing to sort by. */
  readonly features: readonly string[];
  readonly statistic: string;
  /** The column that the rows are sorted by, or -1. */
  readonly sorted: number;
}

export const headStyle = css`
  .bar-head {
    position: absolute;
    top: 0;
    padding: 0 1px;
    height: auto;
    border: 0;
    border-radius: 2px;
    font: inherit;
    font-size: 10.5px;
    line-height: 14px;
    color: var(--rv-muted);
    background: var(--rv-page);
    text-align: left;
    white-space: normal;
    overflow: hidden;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .bar-head[aria-pressed='true'] {
    color: var(--rv-ink);
    font-weight: 500;
    background: var(--rv-chosen);
  }
  .bar-head:focus-visible {
    outline: 2px solid var(--rv-accent);
    outline-offset: -2px;
  }
`;

/**
 * Names over the bars.
 * Each sorts the rows by its bars, and pressed again, by number.
 */
export function barHeads(
  { features, statistic, sorted }: Heads,
  { bars, head, numbers }: Layout,
  right: number,
  sort: (column: number) => void,
): TemplateResult {
  return html`${bars.map(([from, to], i) => {
    const feature = features[i];
    if (feature === undefined) return nothing;
    const end = numbers ? right - 4 : to + 6;
    const on = i === sorted;
    const title = on
      ? `${feature}: units are sorted by ${statistic}. Press to sort by number`
      : `${feature}. Press to sort the units by ${statistic}`;
    return html`<button
      class="bar-head"
      data-figure
      aria-pressed=${on}
      title=${title}
      aria-label=${title}
      style="left:${from - 2}px;width:${end - from + 2}px;height:${head - 2}px"
      @click=${() => sort(i)}
    >
      ${on ? '▾ ' : ''}${featureName(feature)}
    </button>`;
  })}`;
}
