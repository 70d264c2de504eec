import { css } from 'lit';

export const trainingStyle = css`
  :host {
    container-type: inline-size;
  }
  .picture {
    overflow: hidden auto;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr));
    gap: 8px 16px;
    padding: 4px 8px;
  }
  h3 {
    margin: 0 0 2px;
    font-size: 12px;
    font-weight: 500;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  section {
    min-width: 0;
    padding: 4px 8px;
  }
  .charts section {
    padding: 0;
  }
  details > summary {
    cursor: pointer;
    padding: 2px 6px;
    border-radius: 4px;
    list-style: none;
  }
  details > summary:hover {
    background: var(--rv-hover);
  }
  details > summary:focus-visible {
    outline: 2px solid var(--rv-accent);
    outline-offset: -1px;
  }
  details[open] {
    flex: 1 0 100%;
    order: 9;
    border: 1px solid var(--rv-line);
    border-radius: 4px;
  }
  .tags {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(150px, 100%), 1fr));
    gap: 2px 12px;
    list-style: none;
    margin: 4px 0 0;
    padding: 0 8px 4px;
    max-height: 140px;
    overflow: hidden auto;
  }
  .tags label {
    max-width: 100%;
  }
  .tags span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tags input {
    height: auto;
  }
  .filter {
    margin: 0 8px;
    width: calc(100% - 16px);
  }
  input[type='range'] {
    width: 80px;
    padding: 0;
    border: 0;
    accent-color: var(--rv-accent);
  }
  .key {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 2px 12px;
  }
  .key svg {
    vertical-align: 3px;
  }
  .key span {
    overflow-wrap: anywhere;
  }
  table {
    border-collapse: collapse;
  }
  .settings {
    overflow-x: auto;
  }
  th,
  td {
    text-align: left;
    padding: 1px 12px 1px 0;
    font-weight: 400;
    max-width: 220px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  thead th {
    color: var(--rv-muted);
  }
  tr.differs :is(th, td) {
    font-weight: 700;
  }
  rv-state-panel {
    padding: 4px 8px;
  }
`;
