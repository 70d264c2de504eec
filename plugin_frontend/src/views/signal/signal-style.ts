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
