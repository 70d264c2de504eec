import { css } from 'lit';

export const sequencesStyle = css`
  :host {
    container-type: inline-size;
  }
  .head {
    border-bottom: 1px solid var(--rv-line);
  }
  .filters {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
  }
  .filters input {
    width: 120px;
  }
  .filters input[aria-invalid='true'] {
    border-color: var(--rv-error);
  }
  .page {
    flex: 1 1 0;
    min-height: 0;
    display: flex;
  }
  .overview {
    flex: 0 1 320px;
    min-width: 220px;
    overflow: auto;
    padding: 6px 8px;
    border-right: 1px solid var(--rv-line);
  }
  .overview section {
    margin-bottom: 8px;
    overflow-x: auto;
  }
  h3 {
    font-size: 12px;
    font-weight: 500;
    margin: 0;
  }
  .sequences {
    flex: 1 1 0;
    min-width: 0;
    display: flex;
    flex-direction: column;
  }
  rv-sequence-list {
    flex: 1 1 0;
    min-height: 96px;
  }
  rv-pinned-sequences {
    flex: 0 1 auto;
    max-height: 50%;
    min-height: 0;
    overflow: auto;
    border-top: 1px solid var(--rv-line);
  }
  .opened {
    flex: 0 1 auto;
    max-height: 68%;
    min-height: 0;
    overflow: auto;
    border-top: 1px solid var(--rv-line);
  }
  .opened-head {
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding: 4px 8px 0;
  }
  .confusion {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  .confusion :is(td, th) {
    padding: 1px 3px;
    font-weight: 400;
    text-align: right;
    max-width: 74px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .confusion thead td {
    white-space: normal;
    text-align: left;
    font-size: 11px;
  }
  .confusion tbody th {
    text-align: left;
  }
  .confusion button {
    width: 100%;
    min-width: 40px;
    border-color: transparent;
    text-align: right;
  }
  .confusion .right button {
    font-weight: 500;
  }
  .confusion button[aria-pressed='true'] {
    border-color: var(--rv-accent);
    box-shadow: inset 0 0 0 1px var(--rv-accent);
  }
  @container (max-width: 720px) {
    .page {
      display: block;
      overflow: hidden auto;
    }
    .overview {
      border-right: 0;
      border-bottom: 1px solid var(--rv-line);
    }
    .overview section {
      overflow: hidden;
    }
    .opened,
    rv-pinned-sequences {
      max-height: none;
    }
    rv-sequence-list {
      display: block;
      flex: none;
      height: 260px;
    }
  }
`;
