import { css, html, type TemplateResult } from 'lit';
import { codeStyle } from '../ui/theme.ts';

export const noticeStyle = [
  codeStyle,
  css`
    .notice {
      margin: auto;
      padding: 24px;
      max-width: 620px;
      display: grid;
      gap: 12px;
      justify-items: start;
      line-height: 1.5;
    }
    .notice h1 {
      font-size: 18px;
      font-weight: 500;
      margin: 0;
    }
    .notice p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .notice pre {
      width: 100%;
    }
    .banner {
      display: flex;
      gap: 12px;
      align-items: center;
      padding: 4px 10px;
      border-bottom: 1px solid var(--rv-line);
      background: var(--rv-panel);
      font-size: 12px;
    }
    .banner span {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    .banner summary {
      cursor: pointer;
    }
    .banner ul {
      max-height: 160px;
      overflow: auto;
      margin: 4px 0;
      padding: 0 0 0 16px;
    }
    .broken {
      color: var(--rv-error);
    }
  `,
];

const EXAMPLE = `import tb_rnnviz as rv
probe = rv.Probe("novel", inputs, tokens=tokens)
model.fit(..., callbacks=[rv.RNNVizCallback("logs/run1", probes=[probe])])`;

/** Nothing was recorded yet: says how to record. */
export const emptyNotice = (runs: number): TemplateResult =>
  html`<div class="notice">
    <h1>No recurrent network was recorded here yet</h1>
    <p>
      ${
        runs
          ? 'A run has been started; its first recording appears at the end of the first epoch.'
          : 'RNN-Viz shows what every recurrent unit does while a model reads a text. ' +
            'Three lines of Python record it at the end of every epoch:'
      }
    </p>
    <pre>${EXAMPLE}</pre>
    <p class="muted">Then point TensorBoard at <code>logs</code>. This page looks for new recordings by itself.</p>
  </div>`;

export const waitingNotice = (): TemplateResult =>
  html`<div class="notice" role="status"><p class="muted">Looking for recordings…</p></div>`;

/** Says where it broke, why, and offers another attempt. */
export const brokenNotice = (message: string, retry: () => void): TemplateResult =>
  html`<div class="notice" role="alert">
    <h1>The list of recordings could not be read</h1>
    <p class="broken">${message}</p>
    <button @click=${retry}>Try again</button>
  </div>`;

/** Data of the log that were left out: the sentence about one, or a list of them. */
export function skippedBanner(notices: readonly string[], close: () => void): TemplateResult {
  const [first, ...more] = notices;
  const message = more.length
    ? html`<details>
        <summary>${notices.length} parts of the log could not be read and were left out</summary>
        <ul>
          ${notices.map((notice) => html`<li>${notice}</li>`)}
        </ul>
      </details>`
    : first;
  return banner(message, 'Close', close);
}

export const banner = (message: string | TemplateResult, action: string, act: () => void): TemplateResult =>
  html`<div class="banner" role="status"><span>${message}</span><button @click=${act}>${action}</button></div>`;
