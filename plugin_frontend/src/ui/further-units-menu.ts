import { css, html, type TemplateResult } from 'lit';
import { Disclosure } from './disclosure.ts';
import type { ComparedRecording, ViewContext } from '../state/store.ts';
import { layerOf } from './chosen-layer.ts';
import { truncate } from './format.ts';
import { addUnits, MOST_STRIPS, unitsFound } from '../state/further-units.ts';

/** Menu that adds units to a picture; fires `rv-units`. */
export class StripMenu extends Disclosure {
  static override properties = {
    unit: { type: Number },
    units: { attribute: false },
    associated: { attribute: false },
    feature: {},
    most: { type: Number },
    how: {},
  };
  declare unit: number;
  declare units: readonly number[];
  /** Units associated with the feature. */
  declare associated: readonly number[];
  declare feature: string;
  /** Number of units. */
  declare most: number;
  /** One sentence on how the units are drawn. */
  declare how: string;

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
    this.feature = this.how = '';
  }

  override render(): TemplateResult {
    const full = this.units.length >= MOST_STRIPS;
    const fresh = addUnits([], this.associated, this.unit).filter((unit) => !this.units.includes(unit));
    return this.list('+ unit', this.how, 'Further units', [
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
      html`<li class="muted">${full ? `At most ${MOST_STRIPS} further units.` : this.how}</li>`,
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

/** Menu of further units of the chosen layer; `how` says how they are drawn. */
export function furtherUnitsMenu(store: ViewContext, recording: ComparedRecording, how: string): TemplateResult {
  const selection = store.selection.value!;
  return html`<rv-strip-menu
    .unit=${selection.unit}
    .units=${selection.units}
    .most=${layerOf(store, recording)?.units ?? 1}
    .feature=${selection.feature}
    .associated=${unitsFound(recording.data.findings.value, selection)}
    .how=${how}
    @rv-units=${(event: CustomEvent<readonly number[]>) => store.select({ units: event.detail })}
  ></rv-strip-menu>`;
}
