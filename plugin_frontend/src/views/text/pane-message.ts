import { css, html, nothing, type TemplateResult } from 'lit';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import type { Frame } from './frame.ts';
import { activityOf } from './rows.ts';
import type { Scheme } from './scheme.ts';

export const messageStyle = css`
  .message {
    position: absolute;
    left: 50%;
    top: 12px;
    transform: translateX(-50%);
    background: var(--rv-panel);
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    padding: 6px 12px;
    box-sizing: border-box;
    width: max-content;
    max-width: 90%;
    display: flex;
    gap: 12px;
    align-items: center;
    overflow-wrap: anywhere;
  }
`;

/** Message for a text without colours. */
export function paneMessage(
  store: ViewContext,
  { data }: ComparedRecording,
  { by }: Scheme,
  frame: Frame | null,
): TemplateResult | typeof nothing {
  const activity = by === 'activity' && data.unit.value >= 0 ? activityOf(store, data, data.unit.value) : null;
  if (activity?.state === 'failed')
    return html`<div class="message" role="alert">
      <span>${activity.message}</span><button @click=${activity.retry}>Try again</button>
    </div>`;
  if (!frame) return html`<div class="message" role="status">Reading the text…</div>`;
  return frame.why ? html`<div class="message" role="status">${frame.why}</div>` : nothing;
}
