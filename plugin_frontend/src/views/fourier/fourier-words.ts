import { html } from 'lit';

export const KEY_TO_PEAKS = html`<span class="key" title="Against red noise, at a false discovery rate of 0.05"
  >● peak above noise ○ not</span
>`;
