import { css } from 'lit';

/** TensorBoard's light and dark colours and fonts as custom properties. */
export const theme = css`
  :host {
    --rv-page: #fff;
    --rv-panel: #fafafa;
    --rv-ink: #212121;
    --rv-muted: #616161;
    --rv-line: #dcdcdc;
    --rv-hover: rgba(0, 0, 0, 0.06);
    --rv-chosen: rgba(245, 124, 0, 0.16);
    --rv-accent: #f57c00;
    --rv-bar: #8d8d8d;
    --rv-error: #b3261e;
    --rv-monospace: ui-monospace, 'Roboto Mono', Menlo, Consolas, monospace;
    color-scheme: light;
    font:
      13px/1.4 Roboto,
      'Helvetica Neue',
      Arial,
      sans-serif;
    color: var(--rv-ink);
    background: var(--rv-page);
  }
  :host([dark]) {
    --rv-page: #303030;
    --rv-panel: #383838;
    --rv-ink: #f1f1f1;
    --rv-muted: #bdbdbd;
    --rv-line: #555;
    --rv-hover: rgba(255, 255, 255, 0.08);
    --rv-chosen: rgba(245, 124, 0, 0.24);
    --rv-accent: #ff9a3c;
    --rv-bar: #a5a5a5;
    --rv-error: #f2a19a;
    color-scheme: dark;
  }
`;

/** Code in a sentence and in blocks. */
export const codeStyle = css`
  :is(pre, code) {
    font: 12px/1.5 var(--rv-monospace);
  }
  pre {
    box-sizing: border-box;
    max-width: 100%;
    margin: 0;
    padding: 8px;
    overflow-x: auto;
    color: var(--rv-ink);
    background: var(--rv-panel);
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    text-align: left;
  }
`;

/** Buttons, fields and labels. */
export const controls = css`
  button,
  select,
  input {
    font: inherit;
    font-size: 12px;
    color: inherit;
    background: var(--rv-page);
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    padding: 1px 6px;
    height: 24px;
    box-sizing: border-box;
    min-width: 0;
  }
  button {
    cursor: pointer;
    background: transparent;
    white-space: nowrap;
  }
  button:disabled,
  input:disabled {
    opacity: 0.45;
    cursor: default;
  }
  button[aria-pressed='true'] {
    background: var(--rv-chosen);
    font-weight: 500;
  }
  button:hover:not(:disabled) {
    background-color: var(--rv-hover);
  }
  :is(button, select, input, [tabindex]):focus-visible {
    outline: 2px solid var(--rv-accent);
    outline-offset: -1px;
  }
  .old {
    opacity: 0.55;
    transition: opacity 0s 0.25s;
  }
  .muted {
    color: var(--rv-muted);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
`;
