import { html, type TemplateResult } from 'lit';

/** A button that stays pressed while its option is on. */
export function toggleButton(on: boolean, label: unknown, title: string, click: () => void): TemplateResult {
  return html`<button aria-pressed=${on} title=${title} @click=${click}>${label}</button>`;
}
