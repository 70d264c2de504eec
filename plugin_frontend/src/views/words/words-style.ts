import { css } from 'lit';

export const wordsStyle = css`
  .page {
    flex: 1 1 0;
    min-height: 0;
    overflow: hidden auto;
    position: relative;
    border-top: 1px solid var(--rv-line);
    --rv-choice-0: #1446bc;
    --rv-choice-1: #a8501b;
    --rv-choice-2: #00755a;
  }
  .page.dark {
    --rv-choice-0: #8f9bff;
    --rv-choice-1: #e88d08;
    --rv-choice-2: #5fc9a0;
  }
  section {
    padding: 6px 8px 8px;
    border-top: 1px solid var(--rv-line);
    min-width: 0;
  }
  section:first-child {
    border-top: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 4px 8px;
  }
  .bar label {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .bar input[type='range'] {
    width: 84px;
  }
  .bar input[list] {
    width: 104px;
  }
  .chosen .swatch {
    display: inline-block;
    width: 10px;
    height: 10px;
    margin-right: 4px;
  }
  svg.chart {
    display: block;
    max-width: 100%;
  }
  svg text {
    font-size: 11px;
    fill: var(--rv-muted);
  }
  svg text.word {
    font-family: var(--rv-monospace);
    fill: var(--rv-ink);
    cursor: pointer;
    white-space: pre;
  }
  svg text.word.chosen {
    font-weight: 600;
  }
  .block {
    fill: none;
    stroke: var(--rv-line);
  }
  .link {
    fill: none;
    opacity: 0.7;
  }
  .unit {
    cursor: pointer;
  }
  .edge {
    fill: none;
    stroke: var(--rv-line);
    pointer-events: all;
  }
  .edge.now {
    stroke: var(--rv-accent);
    stroke-width: 2;
  }
  .grid {
    stroke: var(--rv-line);
  }
  .axis,
  .zero {
    stroke: var(--rv-muted);
  }
  .actual {
    fill: none;
    stroke: var(--rv-ink);
    stroke-dasharray: 1 2;
  }
  .median {
    stroke: var(--rv-ink);
    stroke-width: 2;
  }
  .box {
    cursor: pointer;
  }
  .ground {
    fill: transparent;
  }
  .box:hover .ground {
    fill: var(--rv-hover);
  }
  .pointed {
    min-height: 18px;
    margin: 2px 0;
  }
`;
