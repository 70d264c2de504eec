import { css, html, nothing, type TemplateResult } from 'lit';
import type { Numbers } from '../../ui/export/export-table.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { legendStyle, lineLegend } from '../../ui/line-legend.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import type { Side } from '../../state/store.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import './ablation-part.ts';
import './activity-part.ts';
import './contexts-part.ts';
import './headline-part.ts';
import './history-part.ts';
import './match-part.ts';
import './responses-part.ts';
import './spectrum-part.ts';
import { unitNumbers } from './unit-numbers.ts';

/** Everything that is known of one unit, the most telling first. */
export class UnitView extends View {
  static override styles = [
    controls,
    panelStyle,
    legendStyle,
    css`
      .page {
        flex: 1 1 0;
        min-height: 0;
        overflow: hidden auto;
        position: relative;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      :host {
        container-type: inline-size;
      }
      .each {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
        gap: 0 1px;
        background: var(--rv-line);
        border-top: 1px solid var(--rv-line);
      }
      .each > div {
        background: var(--rv-page);
        min-width: 0;
      }
      .lines {
        padding: 4px 8px;
      }
      @container (min-width: 860px) {
        .columns {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
        .columns > div + div {
          border-left: 1px solid var(--rv-line);
        }
      }
    `,
  ];

  override render() {
    const { store, side } = this;
    if (!side || !store.selection.value) return html`<div class="message">Waiting for a recording…</div>`;
    return this.sides.length > 1 ? this.overlaid(side, this.sides.slice(1)) : this.alone(side);
  }

  /** What has lines is drawn once for all; the rest stands beside each other. */
  private overlaid(side: Side, over: readonly Side[]): TemplateResult {
    const { store, sides } = this;
    const dark = store.dark.value;
    return html`<div class="page">
      ${lineLegend(sides.map(({ label, series }) => ({ name: label, ...strokeOf(series, dark) })))}
      <rv-unit-responses .store=${store} .side=${side} .over=${over}></rv-unit-responses>
      <div class="columns">
        <div>
          <rv-unit-life .store=${store} .side=${side} .over=${over}></rv-unit-life>
          <rv-unit-activity .store=${store} .side=${side} .over=${over}></rv-unit-activity>
        </div>
        <div>
          <rv-unit-spectrum .store=${store} .side=${side} .over=${over}></rv-unit-spectrum>
        </div>
      </div>
      <div class="each">
        ${sides.map(
          (one) =>
            html`<div>
              <rv-unit-headline .store=${store} .side=${one}></rv-unit-headline>
              <rv-unit-contexts .store=${store} .side=${one}></rv-unit-contexts>
              <rv-unit-ablation .store=${store} .side=${one}></rv-unit-ablation>
              ${one.series ? html`<rv-unit-match .store=${store} .side=${one}></rv-unit-match>` : nothing}
            </div>`,
        )}
      </div>
    </div>`;
  }

  private alone(side: Side): TemplateResult {
    const { store } = this;
    return html`<div class="page">
      <rv-unit-headline .store=${store} .side=${side}></rv-unit-headline>
      <rv-unit-contexts .store=${store} .side=${side}></rv-unit-contexts>
      <div class="columns">
        <div>
          <rv-unit-responses .store=${store} .side=${side}></rv-unit-responses>
          <rv-unit-ablation .store=${store} .side=${side}></rv-unit-ablation>
          <rv-unit-match .store=${store} .side=${side}></rv-unit-match>
        </div>
        <div>
          <rv-unit-life .store=${store} .side=${side}></rv-unit-life>
          <rv-unit-spectrum .store=${store} .side=${side}></rv-unit-spectrum>
          <rv-unit-activity .store=${store} .side=${side}></rv-unit-activity>
        </div>
      </div>
    </div>`;
  }

  override numbers(): Numbers | null {
    return this.side ? unitNumbers(this.store, this.side) : null;
  }
}
customElements.define('rv-unit-view', UnitView);
