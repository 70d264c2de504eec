import { css } from 'lit';

export const signalStyle = css`
  .foot {
    justify-content: start;
  }
  .group {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  label select {
    max-width: 160px;
  }
  .body {
    display: flex;
    flex-direction: column;
    flex: 1 1 0;
    min-height: 120px;
    min-width: 0;
    position: relative;
    border-block: 1px solid var(--rv-line);
  }
  rv-signal-chart {
    flex: 1 1 0;
  }
  .underlined {
    border-bottom: 1.5px solid var(--rv-ink);
    color: var(--rv-ink);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    border: 2px solid var(--rv-accent);
    border-radius: 4px;
    padding-left: 6px;
    color: var(--rv-ink);
    white-space: nowrap;
  }
  .chip button {
    border: 0;
    height: 18px;
    padding: 0 5px;
  }
  .skill {
    cursor: help;
    border-bottom: 1px dotted var(--rv-muted);
  }
  rv-token-card {
    position: absolute;
    z-index: 5;
    visibility: hidden;
  }
  rv-token-card.hover {
    pointer-events: none;
  }
`;
