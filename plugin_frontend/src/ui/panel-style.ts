import { css } from 'lit';

/** Buttons of which one is pressed, joined in a row. */
export const segmentStyle = css`
  .segments {
    display: inline-flex;
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    overflow: hidden;
  }
  .segments button {
    border: 0;
    border-radius: 0;
    border-left: 1px solid var(--rv-line);
    height: 22px;
  }
  .segments button:first-child {
    border-left: 0;
  }
`;

/** Styles shared by heatmap and spectra: controls, plot, foot with legend. */
export const panelStyle = css`
  ${segmentStyle}
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    height: 100%;
    position: relative;
    box-sizing: border-box;
    font-size: 12px;
  }
  .head,
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 4px 8px;
    flex: none;
    min-width: 0;
  }
  .foot {
    justify-content: space-between;
    color: var(--rv-muted);
    min-height: 24px;
  }
  .picture {
    flex: 1 1 0;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  .segments-apart {
    display: inline-flex;
    gap: 4px;
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .push {
    margin-left: auto;
  }
  .readout {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
    min-width: 0;
    flex: 1 1 400px;
    text-align: right;
  }
  .readout b {
    color: var(--rv-ink);
    font-weight: 500;
  }
`;
