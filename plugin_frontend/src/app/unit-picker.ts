import { css, html, LitElement } from 'lit';
import { controls } from '../ui/theme.ts';

/** A unit's number, with the ones before and after it. Says `rv-unit`. */
export class UnitPicker extends LitElement {
  static override properties = { unit: { type: Number }, units: { type: Number } };
  declare unit: number;
  declare units: number;

  static override styles = [
    controls,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      .group {
        display: inline-flex;
      }
      .group > * {
        border-radius: 0;
        margin-left: -1px;
      }
      .group > :first-child {
        border-radius: 4px 0 0 4px;
        margin-left: 0;
      }
      .group > :last-child {
        border-radius: 0 4px 4px 0;
      }
      input {
        width: 58px;
        text-align: right;
        appearance: textfield;
        font-variant-numeric: tabular-nums;
      }
      input::-webkit-inner-spin-button {
        appearance: none;
      }
    `,
  ];

  constructor() {
    super();
    this.unit = 0;
    this.units = 1;
  }

  override render() {
    return html`<label for="unit" class="muted">Unit</label>
      <span class="group">
        <button
          aria-label="Unit before"
          title="Unit before (↑)"
          ?disabled=${this.unit <= 0}
          @click=${() => this.choose(this.unit - 1)}
        >
          ‹
        </button>
        <input
          id="unit"
          type="number"
          min="0"
          max=${this.units - 1}
          step="1"
          .value=${String(this.unit)}
          @change=${this.typed}
        />
        <button
          aria-label="Unit after"
          title="Unit after (↓)"
          ?disabled=${this.unit >= this.units - 1}
          @click=${() => this.choose(this.unit + 1)}
        >
          ›
        </button>
      </span>
      <span class="muted number">of ${this.units}</span>`;
  }

  private readonly typed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const unit =
      input.value === '' || !Number.isFinite(input.valueAsNumber) ? this.unit : Math.round(input.valueAsNumber);
    const allowed = Math.min(Math.max(0, unit), this.units - 1);
    input.value = String(allowed);
    this.choose(allowed);
  };

  private choose(unit: number): void {
    if (unit !== this.unit) this.dispatchEvent(new CustomEvent('rv-unit', { detail: unit }));
  }
}
customElements.define('rv-unit-picker', UnitPicker);
