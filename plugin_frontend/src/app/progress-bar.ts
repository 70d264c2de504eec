import { css, html, nothing } from 'lit';
import type { Client } from '../data/client.ts';
import { SignalElement } from '../ui/signal-element.ts';

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);

/** A line over everything while something large is on its way. */
export class ProgressBar extends SignalElement {
  static override properties = { client: { attribute: false } };
  declare client: Client;

  static override styles = css`
    :host {
      position: absolute;
      z-index: 30;
      inset: 0 0 auto;
      height: 3px;
      pointer-events: none;
    }
    i {
      display: block;
      height: 3px;
      background: var(--rv-accent);
    }
    span {
      position: absolute;
      right: 10px;
      top: 3px;
      font-size: 11px;
      padding: 0 6px;
      background: var(--rv-panel);
      border: 1px solid var(--rv-line);
      font-variant-numeric: tabular-nums;
    }
  `;

  override render() {
    const { loaded, total } = this.client.progress.value;
    if (!total) return nothing;
    return html`<i
        role="progressbar"
        aria-label="Reading"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round((100 * loaded) / total)}
        style=${`width:${(100 * loaded) / total}%`}
      ></i>
      <span>${megabytes(loaded)} of ${megabytes(total)} MB</span>`;
  }
}
customElements.define('rv-busy', ProgressBar);
