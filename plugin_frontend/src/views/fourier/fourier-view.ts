import { computed, signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Camera } from '../../ui/draw/camera.ts';
import { READABLE } from '../../ui/draw/heatmap-layout.ts';
import { binAt, type BandLimits } from '../../ui/draw/spectrum.ts';
import '../../ui/legend.ts';
import { legendStyle, lineLegend } from '../../ui/line-legend.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/heatmap-canvas.ts';
import type { HoverTarget } from '../../ui/charts/heatmap-canvas.ts';
import { compactStyle } from '../../ui/compact-style.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { FourierData } from './fourier-data.ts';
import { fourierControls } from './fourier-controls.ts';
import type { FourierModel } from './fourier-model.ts';
import { linesTable, spectraNumbers, tracksNumbers } from './fourier-numbers.ts';
import { readOptions, writeOptions, type FourierOptions } from './fourier-options.ts';
import { frequencyUnitOf } from '../../state/signal-time.ts';
import { readout } from './fourier-readout.ts';
import { KEY_TO_PEAKS } from './fourier-words.ts';
import { overEpochs } from './over-epochs.ts';
import './spectrum-chart.ts';
import type { SurfacePoint } from './surface.ts';
import { wordingOf } from '../../state/wording.ts';

/**
 * Amplitude spectra of units.
 * They are drawn as a surface or a heatmap, as lines of the chosen units, or as peaks over the steps.
 */
export class FourierView extends View {
  static override styles = [
    controls,
    panelStyle,
    legendStyle,
    compactStyle,
    css`
      rv-spectrum-chart {
        flex: 0 0 clamp(64px, 24%, 130px);
      }
      input {
        width: 56px;
      }
      .of {
        position: absolute;
        top: 2px;
        left: 8px;
        z-index: 1;
        color: var(--rv-muted);
        pointer-events: none;
      }
      .key {
        white-space: nowrap;
      }
      /* Too low for a landscape: the lines alone. */
      @container (max-height: 260px) {
        .over-chart {
          display: none;
        }
        rv-spectrum-chart {
          flex: 1 1 0;
        }
      }
    `,
  ];
  private readonly flatBecause = signal<string | null>(null);
  private readonly surfaceReady = signal(false);
  private readonly seen = signal(false);
  private loading = false;
  private readonly recordingSignal = signal<readonly ComparedRecording[]>([]);
  private readonly options = computed((): FourierOptions => readOptions(this.store));
  private data!: FourierData;
  private surfacePoint: SurfacePoint | null = null;
  private flatPoint: HoverTarget = { unit: null, column: null };

  protected override willUpdate(changed: PropertyValues): void {
    this.recordingSignal.value = this.recordings;
    if (changed.has('store') && this.store) this.data = new FourierData(this.store, this.recordingSignal, this.options);
  }

  protected override firstUpdated(): void {
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.seen.value = true;
      sight.disconnect();
    });
    sight.observe(this);
  }

  private loadSurface(): void {
    if (this.loading) return;
    this.loading = true;
    import('./surface.ts').then(
      () => (this.surfaceReady.value = true),
      () => (this.flatBecause.value = 'The drawing of the surface could not be loaded.'),
    );
  }

  override render(): TemplateResult {
    const { store, recording, data } = this;
    if (!store.selection.value || !recording) return loadingPanel('Waiting for a recording…', 'fill');
    const options = this.options.value;
    const change = (change: Partial<FourierOptions>) => writeOptions(store, change);
    const head = html`<div class="head">
      ${fourierControls({
        options,
        flatBecause: this.flatBecause.value,
        steps: recording.data.axis.value.plural,
        wording: wordingOf(store),
        change,
      })}
    </div>`;
    if (options.drawing === 'epochs')
      return html`${head}${overEpochs({ store, recordings: this.recordings, data, band: options.band })}`;
    const model = data.model.value;
    const old = model && data.old.value ? 'old' : '';
    return html`${head}
      <div class="picture ${model ? 'over-chart' : ''} ${old}" data-figure>
        ${model ? this.drawing(model, options) : loadablePanel(data.spectrum.value, 'Reading the spectra…', 'fill')}
      </div>
      ${model ? this.chart(model, options, old) : nothing} `;
  }

  override exportTable(): ExportTable | null {
    const { data, recording } = this;
    const selection = this.store.selection.value;
    if (!data || !recording || !selection) return null;
    const name = `fourier ${selection.layer} ${selection.quantity} ${recording.label}`;
    const { drawing, units } = this.options.value;
    if (drawing === 'epochs')
      return tracksNumbers(data.tracks.value, data.spectrogram.value, recording.data.axis.value.singular, name);
    if (this.recordings.length > 1) return linesTable(data.lines.value, name);
    return data.model.value && spectraNumbers(data.model.value, units, name);
  }

  private drawing(model: FourierModel, options: FourierOptions): TemplateResult {
    const { store, data, recording } = this;
    const pick = (event: CustomEvent<number>) => this.pick(event.detail);
    const dark = store.dark.value;
    // Label over the picture when several recordings are shown: the lines are of all of them.
    const of = this.recordings.length > 1 ? html`<span class="of">${recording.label}</span>` : nothing;
    if (options.drawing === 'flat' || this.flatBecause.value !== null) {
      return html`${of}<rv-heatmap-canvas
          .model=${data.flat.value}
          .dark=${dark}
          .rowHeight=${READABLE}
          .pointed=${this.pointFlat(model)}
          .heads=${{
            features: ['peak'],
            statistic: 'the height of their peak',
            sorted: options.order === 'peak' && options.units === 'all' ? 0 : -1,
          }}
          @rv-point=${(event: CustomEvent<HoverTarget>) =>
            this.hover(
              event.detail.unit,
              event.detail.column === null ? null : model.spectrum.frequency[event.detail.column],
            )}
          @rv-pick=${pick}
          @rv-sort=${() =>
            writeOptions(
              store,
              options.order === 'peak' && options.units === 'all'
                ? { order: 'number' }
                : { order: 'peak', units: 'all' },
            )}
        ></rv-heatmap-canvas>`;
    }
    if (this.seen.value && !this.surfaceReady.value) this.loadSurface();
    if (!this.surfaceReady.value) return loadingPanel('Preparing the surface…', 'fill');
    return html`${of}<rv-surface
        .model=${data.surface.value}
        .band=${options.band}
        .peak=${data.peak.value}
        .selectedUnit=${data.selectedUnit.value}
        .dark=${dark}
        .camera=${options.camera}
        .frequencyTitle=${wordingOf(this.store)('frequency, cycles per token')}
        .pointed=${this.pointSurface()}
        @rv-point=${(event: CustomEvent<SurfacePoint | null>) =>
          this.hover(event.detail?.unit ?? null, event.detail?.frequency ?? null)}
        @rv-pick=${pick}
        @rv-camera=${(event: CustomEvent<Camera>) => writeOptions(store, { camera: event.detail })}
        @rv-no-webgl=${(event: CustomEvent<string>) => (this.flatBecause.value = event.detail)}
      ></rv-surface>`;
  }

  private chart(model: FourierModel, { band }: FourierOptions, old: string): TemplateResult {
    const { store, data, recording } = this;
    const lines = data.lines.value;
    const dark = store.dark.value;
    return html`<rv-spectrum-chart
        data-figure
        class=${old}
        .chart=${{
          lines,
          band,
          limit: data.chartLimit.value,
          signed: model.signed,
          hover: store.hover.value.frequency,
          rate: frequencyUnitOf(valueOrStale(recording.data.text.value)),
        }}
        .dark=${dark}
        @rv-frequency=${(event: CustomEvent<number | null>) => this.hover(null, event.detail)}
        @rv-band=${(event: CustomEvent<BandLimits>) => writeOptions(store, { band: event.detail })}
      ></rv-spectrum-chart>
      ${lineLegend(lines)}
      <div class="foot" data-figure>
        <rv-colors
          .colors=${model.colors}
          .dark=${dark}
          .what=${model.signed ? 'amplitude, B − A' : 'amplitude'}
          .missing=${this.missing(model)}
        ></rv-colors>
        ${recording.data.difference ? nothing : KEY_TO_PEAKS}
        <span class="readout" data-figure="none">${this.readout(model, band)}</span>
      </div>`;
  }

  /** Units in the numbers of the side drawn. */
  private hover(unit: number | null, frequency: number | null): void {
    const { store, recording } = this;
    store.hoverOver({
      unit: unit === null ? null : recording.data.unitMapping.value.toA(unit),
      frequency,
      token: null,
    });
  }

  private pick(unit: number): void {
    const own = this.recording.data.unitMapping.value.toA(unit);
    if (own !== null) this.store.select({ unit: own });
  }

  private get hovered(): number | null {
    const { unit } = this.store.hover.value;
    return unit === null ? null : this.recording.data.unitMapping.value.fromA(unit);
  }

  /** The same object while nothing moved. */
  private pointSurface(): SurfacePoint | null {
    const { frequency } = this.store.hover.value;
    const unit = this.hovered ?? (frequency === null ? null : this.data.selectedUnit.value);
    if (unit === null) return (this.surfacePoint = null);
    if (this.surfacePoint?.unit !== unit || this.surfacePoint.frequency !== frequency)
      this.surfacePoint = { unit, frequency };
    return this.surfacePoint;
  }

  private pointFlat({ spectrum }: FourierModel): HoverTarget {
    const { frequency } = this.store.hover.value;
    const [unit, column] = [this.hovered, frequency === null ? null : binAt(spectrum.frequency, frequency)];
    if (this.flatPoint.unit !== unit || this.flatPoint.column !== column) this.flatPoint = { unit, column };
    return this.flatPoint;
  }

  private missing({ spectrum, groups }: FourierModel): boolean {
    const { matrix } = spectrum;
    const drawnUnits =
      this.options.value.units === 'all'
        ? Array.from({ length: matrix.rows }, (_, unit) => unit)
        : groups.flatMap((group) => group.units);
    return drawnUnits.some((unit) => matrix.row(unit).some(Number.isNaN));
  }

  private readout({ spectrum, signed }: FourierModel, band: BandLimits): TemplateResult {
    const { store, data, recording } = this;
    return readout({
      time: frequencyUnitOf(valueOrStale(this.recording.data.text.value)),
      wording: wordingOf(store),
      spectrum,
      unit: this.hovered ?? data.selectedUnit.value,
      frequency: store.hover.value.frequency,
      band,
      recorded: data.recorded.value,
      hypotheses: recording.data.findings.value,
      selection: store.selection.value!,
      difference: signed,
    });
  }
}
customElements.define('rv-fourier-view', FourierView);
