import { html, type TemplateResult } from 'lit';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A labelled list to choose one of. */
export function field(label: string, choices: readonly Choice[], value: string, choose: (value: string) => void): TemplateResult {
  return html`<label class="field"><span class="muted">${label}</span>
    <select .value=${value} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
    </select></label>`;
}
