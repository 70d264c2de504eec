import { css, html, nothing, type TemplateResult } from 'lit';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { legendStyle, lineLegend } from '../../ui/line-legend.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import type { ComparedRecording } from '../../state/store.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { loadingPanel } from '../../ui/state-panel.ts';
import './ablation-part.ts';
import './activity-part.ts';
import './carried-part.ts';
import './contexts-part.ts';
import './headline-part.ts';
import './history-part.ts';
import './match-part.ts';
import './responses-part.ts';
import './spectrum-part.ts';
import { unitTable } from './unit-numbers.ts';

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
    const { store, recording } = this;
    if (!recording || !store.selection.value) return loadingPanel('Waiting for a recording…', 'fill');
    return this.recordings.length > 1 ? this.overlaid(recording, this.recordings.slice(1)) : this.alone(recording);
  }

  /** Parts of several recordings: line charts overlaid, the others side by side. */
  private overlaid(recording: ComparedRecording, over: readonly ComparedRecording[]): TemplateResult {
    const { store, recordings } = this;
    const dark = store.dark.value;
    return html`<div class="page" data-figure="whole">
      ${lineLegend(recordings.map(({ label, series }) => ({ name: label, ...strokeOf(series, dark) })))}
      <rv-unit-responses .store=${store} .recording=${recording} .over=${over}></rv-unit-responses>
      <div class="columns">
        <div>
          <rv-unit-life .store=${store} .recording=${recording} .over=${over}></rv-unit-life>
          <rv-unit-activity .store=${store} .recording=${recording} .over=${over}></rv-unit-activity>
        </div>
        <div>
          <rv-unit-spectrum .store=${store} .recording=${recording} .over=${over}></rv-unit-spectrum>
        </div>
      </div>
      <div class="each">
        ${recordings.map(
          (one) =>
            html`<div>
              <rv-unit-headline .store=${store} .recording=${one}></rv-unit-headline>
              <rv-unit-contexts .store=${store} .recording=${one}></rv-unit-contexts>
              <rv-unit-ablation .store=${store} .recording=${one}></rv-unit-ablation>
              ${one.series ? html`<rv-unit-match .store=${store} .recording=${one}></rv-unit-match>` : nothing}
            </div>`,
        )}
      </div>
    </div>`;
  }

  private alone(recording: ComparedRecording): TemplateResult {
    const { store } = this;
    return html`<div class="page" data-figure="whole">
      <rv-unit-headline .store=${store} .recording=${recording}></rv-unit-headline>
      <rv-unit-contexts .store=${store} .recording=${recording}></rv-unit-contexts>
      <div class="columns">
        <div>
          <rv-unit-responses .store=${store} .recording=${recording}></rv-unit-responses>
          <rv-unit-ablation .store=${store} .recording=${recording}></rv-unit-ablation>
          <rv-unit-carried .store=${store} .recording=${recording}></rv-unit-carried>
          <rv-unit-match .store=${store} .recording=${recording}></rv-unit-match>
        </div>
        <div>
          <rv-unit-life .store=${store} .recording=${recording}></rv-unit-life>
          <rv-unit-spectrum .store=${store} .recording=${recording}></rv-unit-spectrum>
          <rv-unit-activity .store=${store} .recording=${recording}></rv-unit-activity>
        </div>
      </div>
    </div>`;
  }

  override exportTable(): ExportTable | null {
    return this.recording ? unitTable(this.store, this.recording) : null;
  }
}
customElements.define('rv-unit-view', UnitView);
