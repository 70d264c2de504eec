import { html, type TemplateResult } from 'lit';
import type { Loadable } from '../../state/store.ts';

export const KEY_TO_PEAKS = html`<span class="key" title="Against red noise, at a false discovery rate of 0.05"
  >● peak above noise ○ not</span
>`;

/** Message that stands in for a missing picture. */
export function message(loadable: Loadable<unknown>, waiting: string): TemplateResult {
  if (loadable.state === 'failed')
    return html`<div class="message">
      <span>${loadable.message}</span><button @click=${loadable.retry}>Try again</button>
    </div>`;
  return html`<div class="message">${loadable.state === 'empty' ? loadable.why : waiting}</div>`;
}
