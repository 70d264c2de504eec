import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { SettingValue } from '../../state/settings.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { dotPath } from '../../ui/draw/scatter.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { legendStyle } from '../../ui/line-legend.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { spaced } from '../../ui/format.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { layerOf, layersOf } from '../../ui/chosen-layer.ts';
import { loadingPanel } from '../../ui/state-panel.ts';
import './epochs-part.ts';
import { gatesOf } from './gates-model.ts';
import { gatesTable } from './gates-numbers.ts';
import './memory-part.ts';
import './roles-part.ts';
import './saturation-part.ts';

/** Saturation of gates, their roles in each cell, and the memory of units. */
export class GatesView extends View {
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
        border-top: 1px solid var(--rv-line);
      }
      p {
        margin: 0;
        padding: 8px;
        color: var(--rv-muted);
      }
    `,
  ];

  override render() {
    const { store, recording } = this;
    if (!recording || !store.selection.value) return loadingPanel('Waiting for a recording…', 'fill');
    const over = this.recordings.slice(1);
    const layers = layersOf(store, recording);
    const gates = gatesOf(layers);
    const gated = new Set(gates.map(({ layer }) => layer));
    const which = store.option('gate-layers');
    const here = which.value === 'all' ? gates.length > 0 : gated.has(store.selection.value.layer);
    const choice = (value: SettingValue<'gate-layers'>, label: string) =>
      html`<button aria-pressed=${which.value === value ? 'true' : 'false'} @click=${() => (which.value = value)}>
        ${label}
      </button>`;
    return html` ${
        gated.size > 1 || (gated.size && !here)
          ? html`<div class="head">
              <span class="segments" role="group" aria-label="Layers"
                >${choice('chosen', store.selection.value.layer)}${choice('all', 'All layers')}</span
              >
            </div>`
          : nothing
      }
      ${
        over.length
          ? html`<ul class="lines" aria-label="Recordings" data-figure="whole">
              ${this.recordings.map(
                ({ label, series }) =>
                  html`<li>${dotOf(series, strokeOf(series, store.dark.value).color)}${label}</li>`,
              )}
            </ul>`
          : nothing
      }
      <div class="page" data-figure="whole">
        ${
          here
            ? html`<rv-gates-saturation .store=${store} .recording=${recording} .over=${over}></rv-gates-saturation>`
            : this.without(gates.length > 0)
        }
        ${
          here
            ? html`<rv-gates-epochs .store=${store} .recording=${recording} .over=${over}></rv-gates-epochs>`
            : nothing
        }
        <rv-gates-roles .store=${store} .recording=${recording} .over=${over}></rv-gates-roles>
        <rv-gates-memory .store=${store} .recording=${recording} .over=${over}></rv-gates-memory>
      </div>`;
  }

  /** Reason for which the layer shows no gates. */
  private without(elsewhere: boolean): TemplateResult {
    const { store, recording } = this;
    const { layer } = store.selection.value!;
    const info = layerOf(store, recording);
    if (!info) return html`<p>${recording.letter} has no layer ${layer}.</p>`;
    const absent = recording.data.digest.value?.absent.filter((one) => one.layer === layer) ?? [];
    const recorded = info.quantities.map(({ quantity }) => spaced(quantity)).join(', ');
    const why = absent.length
      ? ` ${absent.map(({ quantity, reason }) => `${spaced(quantity)}: ${reason}`).join('; ')}.`
      : '';
    return html`<p>
      No gate of ${layer} is in this log: of this ${info.cell.replace(/Cell$/, '')} it has
      ${recorded || 'nothing'}.${why}${elsewhere ? ' Other layers have gates.' : ''}
    </p>`;
  }

  override exportTable(): ExportTable | null {
    const { store, recording } = this;
    const layer = store.selection.peek()?.layer;
    const every = store.option('gate-layers').peek() === 'all';
    return recording
      ? gatesTable(recording, gatesOf(layersOf(store, recording).filter((info) => every || info.layer === layer)))
      : null;
  }
}
customElements.define('rv-gates-view', GatesView);

/** A dot as in the scatters. */
const dotOf = (series: number, color: string): TemplateResult =>
  html`<svg width="10" height="10" aria-hidden="true">
    ${svg`<path fill=${color} d=${dotPath(series, 5, 5, 4)}></path>`}
  </svg>`;
