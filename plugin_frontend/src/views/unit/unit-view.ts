import { css, html } from 'lit';
import type { Numbers } from '../../data/numbers.ts';
import { controls } from '../../elements/theme.ts';
import { View } from '../../elements/view.ts';
import { panelStyle } from '../heatmap/panel-style.ts';
import './ablation-part.ts';
import './activity-part.ts';
import './contexts-part.ts';
import './headline-part.ts';
import './life-part.ts';
import './match-part.ts';
import './responses-part.ts';
import './spectrum-part.ts';
import { unitNumbers } from './unit-numbers.ts';

/** Everything that is known of one unit, the most telling first. */
export class UnitView extends View {
  static override styles = [controls, panelStyle, css`
    .page { flex: 1 1 0; min-height: 0; overflow: hidden auto; position: relative; }
    .columns { display: grid; grid-template-columns: minmax(0, 1fr); }
    :host { container-type: inline-size; }
    @container (min-width: 860px) {
      .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
      .columns > div + div { border-left: 1px solid var(--rv-line); }
    }
  `];

  override render() {
    const { store, side } = this;
    if (!side || !store.selection.value) return html`<div class="message">Waiting for a recording…</div>`;
    return html`<div class="page">
      <rv-unit-headline .store=${store} .side=${side}></rv-unit-headline>
      <rv-unit-contexts .store=${store} .side=${side}></rv-unit-contexts>
      <div class="columns"><div>
        <rv-unit-responses .store=${store} .side=${side}></rv-unit-responses>
        <rv-unit-ablation .store=${store} .side=${side}></rv-unit-ablation>
        <rv-unit-match .store=${store} .side=${side}></rv-unit-match>
      </div><div>
        <rv-unit-life .store=${store} .side=${side}></rv-unit-life>
        <rv-unit-spectrum .store=${store} .side=${side}></rv-unit-spectrum>
        <rv-unit-activity .store=${store} .side=${side}></rv-unit-activity>
      </div></div>
    </div>`;
  }

  override numbers(): Numbers | null {
    return this.side ? unitNumbers(this.store, this.side) : null;
  }
}
customElements.define('rv-unit-view', UnitView);
