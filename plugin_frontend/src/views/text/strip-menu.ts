import { css, html, type TemplateResult } from 'lit';
import { Disclosure } from '../../ui/disclosure.ts';
import { truncate } from '../../ui/format.ts';
import { addUnits, MOST_STRIPS } from './units.ts';

/** Adds units whose activity stands as strips under the text. Says `rv-units`. */
export class StripMenu extends Disclosure {
  static override properties = {
    unit: { type: Number },
    units: { attribute: false },
    associated: { attribute: false },
    feature: {},
    most: { type: Number },
  };
  declare unit: number;
  declare units: readonly number[];
  /** Units associated with the feature. */
  declare associated: readonly number[];
  declare feature: string;
  /** Number of units. */
  declare most: number;

  static override styles = [
    ...Disclosure.styles,
    css`
      summary {
        border: 1px solid var(--rv-line);
        border-radius: 4px;
        padding: 0 6px;
        line-height: 22px;
        color: inherit;
      }
      li {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      ul {
        max-width: min(260px, 100cqw - 24px);
      }
      input {
        width: 64px;
        text-align: right;
      }
    `,
  ];

  constructor() {
    super();
    this.units = this.associated = [];
    this.unit = this.most = 0;
    this.feature = '';
  }

  override render(): TemplateResult {
    const full = this.units.length >= MOST_STRIPS;
    const fresh = addUnits([], this.associated, this.unit).filter((unit) => !this.units.includes(unit));
    return this.list('+ unit', 'Show further units as strips under each line', 'Further units', [
      html`<li>
        <label
          >Unit <input type="number" min="0" max=${this.most - 1} step="1" ?disabled=${full} @keydown=${this.typed}
        /></label>
        <button ?disabled=${full} @click=${this.pressed}>Add</button>
      </li>`,
      html`<li>
        <button ?disabled=${full || !fresh.length} @click=${() => this.add(fresh)}>
          Add ${fresh.length} found for ${truncate(this.feature, 16)}
        </button>
      </li>`,
      html`<li><button ?disabled=${!this.units.length} @click=${() => this.say([])}>Remove all</button></li>`,
      html`<li class="muted">
        ${
          full
            ? `At most ${MOST_STRIPS} units stand under the text.`
            : 'A strip for each stands under the letters, in the colours of the text.'
        }
      </li>`,
    ]);
  }

  private readonly typed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    this.pressed();
  };

  private readonly pressed = (): void => {
    const input = this.renderRoot.querySelector('input')!;
    if (input.value === '' || !Number.isFinite(input.valueAsNumber)) return;
    this.add([Math.min(this.most - 1, Math.max(0, Math.round(input.valueAsNumber)))]);
    input.value = '';
  };

  private add(units: readonly number[]): void {
    this.say(addUnits(this.units, units, this.unit));
  }

  private say(units: readonly number[]): void {
    this.dispatchEvent(new CustomEvent('rv-units', { detail: units }));
  }
}
customElements.define('rv-strip-menu', StripMenu);
