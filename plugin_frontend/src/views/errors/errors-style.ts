import { css } from 'lit';

export const errorsStyle = css`
  .picture {
    overflow: hidden auto;
  }
  .parts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(276px, 1fr));
    gap: 12px 20px;
    padding: 4px 8px 12px;
    align-items: start;
  }
  section {
    min-width: 0;
  }
  h3 {
    margin: 0 0 4px;
    font-size: 12px;
    font-weight: 500;
  }
  svg.chart {
    display: block;
    overflow: visible;
    font-size: 11px;
  }
  text {
    fill: var(--rv-muted);
    font-variant-numeric: tabular-nums;
  }
  text.ink {
    fill: var(--rv-ink);
  }
  .part {
    cursor: pointer;
    stroke: var(--rv-page);
    stroke-width: 1;
  }
  .part.chosen {
    stroke: var(--rv-ink);
    stroke-width: 2;
  }
  .grid {
    stroke: var(--rv-line);
    fill: none;
  }
  .now {
    stroke: var(--rv-ink);
    stroke-width: 1.5;
    fill: none;
  }
  .hover {
    stroke: var(--rv-ink);
    stroke-dasharray: 2 2;
    fill: none;
  }
  .room {
    fill: transparent;
  }
  .token:hover .room {
    fill: var(--rv-hover);
  }
  .join {
    stroke: var(--rv-muted);
  }
  circle.network {
    fill: var(--rv-first);
  }
  rect.ngram {
    fill: var(--rv-page);
    stroke: var(--rv-second);
    stroke-width: 1.5;
  }
  .gained {
    stroke: var(--rv-first);
    stroke-width: 8;
  }
  .gained.lost {
    stroke: var(--rv-second);
  }
  .key {
    display: flex;
    gap: 12px;
    color: var(--rv-muted);
  }
  .key svg {
    vertical-align: -1px;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .category {
    display: grid;
    grid-template-columns: 22px minmax(0, 1fr) auto;
    gap: 0 8px;
    align-items: center;
    width: 100%;
    height: auto;
    border: 0;
    border-radius: 3px;
    padding: 2px 4px;
    text-align: left;
    white-space: normal;
    line-height: 1.3;
  }
  .category small {
    grid-column: 2 / -1;
    font-size: 12px;
    color: var(--rv-muted);
    font-weight: 400;
  }
  .category svg {
    display: block;
  }
  h4 {
    margin: 6px 0 2px;
    font-size: 12px;
    font-weight: 400;
    color: var(--rv-muted);
  }
  .sample {
    display: block;
    width: 100%;
    height: auto;
    border: 0;
    border-radius: 3px;
    padding: 2px 4px;
    text-align: left;
    line-height: 1.4;
  }
  .sample .line {
    display: block;
    overflow: hidden;
    font-family: var(--rv-monospace);
    white-space: pre;
    text-overflow: ellipsis;
  }
  .sample mark {
    color: inherit;
    background: none;
    outline: 1.5px solid var(--rv-ink);
    border-radius: 1px;
    font-weight: 700;
  }
  .sample .prediction {
    display: block;
    color: var(--rv-muted);
    font-weight: 400;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  p {
    margin: 4px 0;
    color: var(--rv-muted);
  }
`;
