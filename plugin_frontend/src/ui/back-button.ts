import { html, nothing, type TemplateResult } from 'lit';

/**
 * Button back to where a view stood before it scrolled to a finding.
 * Nothing if it was not scrolled.
 */
export function backButton(view: string, goBack: (() => void) | null): TemplateResult | typeof nothing {
  if (!goBack) return nothing;
  return html`<button
    title="The ${view} was scrolled to where the finding shows best; back to where it stood before"
    @click=${goBack}
  >
    ↩ back
  </button>`;
}
