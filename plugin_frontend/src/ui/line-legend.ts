import { css, html, nothing, type TemplateResult } from 'lit';
import type { Stroke } from './draw/series.ts';

export const legendStyle = css`
  .lines {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
    padding: 0 8px;
    margin: 0;
    flex: none;
    max-height: 34px;
    overflow: auto;
    color: var(--rv-muted);
    list-style: none;
  }
  .lines li {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    white-space: nowrap;
  }
`;

/** A short piece of a line, as it is drawn. */
export const sample = ({ color, dash }: Stroke): TemplateResult =>
  html`<svg width="26" height="8" aria-hidden="true">
    <path d="M0 4H26" stroke=${color} stroke-width="2" stroke-dasharray=${dash.join(' ') || nothing}></path>
  </svg>`;

/** Legend of lines; a single line needs none. */
export function lineLegend(lines: readonly (Stroke & { readonly name: string })[]): TemplateResult | typeof nothing {
  if (lines.length < 2) return nothing;
  return html`<ul class="lines" aria-label="Lines" data-figure="whole">
    ${lines.map((line) => html`<li>${sample(line)}${line.name}</li>`)}
  </ul>`;
}
