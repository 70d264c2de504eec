import { css } from 'lit';

export const statesStyle = css`
  :host {
    container-type: inline-size;
  }
  .head {
    border-bottom: 1px solid var(--rv-line);
  }
  .page {
    flex: 1 1 0;
    min-height: 0;
    display: flex;
  }
  .plot {
    flex: 1 1 0;
    min-width: 0;
    display: flex;
    flex-direction: column;
  }
  .side {
    flex: 0 1 330px;
    min-width: 230px;
    overflow: auto;
    border-left: 1px solid var(--rv-line);
  }
  .legend {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    align-items: center;
  }
  .legend i,
  td i {
    display: inline-block;
    width: 9px;
    height: 9px;
    border-radius: 5px;
    margin-right: 4px;
  }
  .notes {
    padding: 0 8px 4px;
    color: var(--rv-muted);
    overflow-wrap: anywhere;
  }
  .notes .warning {
    color: var(--rv-ink);
  }
  @container (max-width: 640px) {
    .page {
      display: block;
      overflow: hidden auto;
    }
    .plot {
      height: 320px;
    }
    .side {
      border-left: 0;
      border-top: 1px solid var(--rv-line);
      overflow: visible;
    }
  }
`;

/** Fixed points: filled, hollow, or a cross. */
export const markStyle = css`
  .mark {
    fill: none;
    stroke: var(--rv-ink);
    stroke-width: 1.75;
  }
  .mark.ground {
    stroke: var(--rv-page);
    stroke-width: 4;
  }
  .mark.stable {
    fill: var(--rv-ink);
    stroke: var(--rv-page);
    stroke-width: 1.5;
  }
  .mark.unstable {
    fill: var(--rv-page);
  }
  .mark-key {
    display: inline-flex;
    align-items: center;
    gap: 2px;
  }
`;

export const statesTableStyle = css`
  table {
    border-collapse: collapse;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
  :is(td, th) {
    padding: 1px 4px;
    font-weight: 400;
    text-align: right;
  }
  th {
    color: var(--rv-muted);
    vertical-align: bottom;
  }
  :is(td, th):first-child {
    text-align: left;
    overflow-wrap: anywhere;
  }
  td button {
    height: auto;
    padding: 0 4px;
    text-align: left;
    white-space: normal;
    border-color: transparent;
  }
  td .word {
    font-family: var(--rv-monospace);
  }
  td button[aria-pressed='true'] {
    border-color: var(--rv-accent);
  }
`;
