import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export interface Choice<V extends string = string> {
  readonly value: V;
  readonly label: string;
  /** It is named and cannot be chosen. */
  readonly disabled?: boolean;
}

/**
 * Option of a select.
 * `selected` is a live property: a used list, or one with new options, would show nothing otherwise.
 */
export const option = (value: string, label: string, selected: boolean, disabled = false): TemplateResult =>
  html`<option value=${value} ?disabled=${disabled} .selected=${live(selected)}>${label}</option>`;

/** Labelled select; without a visible label it has an accessible name. */
export function field<V extends string>(
  label: string,
  choices: readonly Choice<V>[],
  value: string,
  choose: (value: V) => void,
  name = '',
): TemplateResult {
  return html`<label class="field"
    ><span class="muted">${label}</span>
    <select
      aria-label=${label ? nothing : name}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as V)}
    >
      ${choices.map((choice) => option(choice.value, choice.label, choice.value === value, choice.disabled))}
    </select></label
  >`;
}
