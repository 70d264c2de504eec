import { css } from 'lit';

export const gatesStyle = css`
  .tiles.wide {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
  }
  .tile {
    min-width: 0;
  }
  h4 {
    display: flex;
    gap: 6px;
    align-items: baseline;
  }
  h4 button {
    height: 20px;
    padding: 0 5px;
  }
  .readout {
    color: var(--rv-muted);
    font-variant-numeric: tabular-nums;
    min-height: 18px;
  }
  .readout b {
    color: var(--rv-ink);
    font-weight: 500;
  }
`;
