import { computed, signal } from '@preact/signals-core';
import { css, html, nothing, type TemplateResult } from 'lit';
import { palette } from '../../draw/axes.ts';
import type { Line } from '../../draw/spectrum-lines.ts';
import { binAt, largest, peakInBand, period } from '../../draw/spectrum.ts';
import type { Camera } from '../../draw/camera.ts';
import type { Spectrum } from '../../data/types.ts';
import '../../elements/legend.ts';
import { controls } from '../../elements/theme.ts';
import { Watching } from '../../elements/watching.ts';
import { figure } from '../../elements/words.ts';
import { shown, type Store } from '../../state/store.ts';
import '../heatmap/heatmap-canvas.ts';
import './spectrum-chart.ts';
import type { Pointed } from '../heatmap/heatmap-canvas.ts';
import { READABLE } from '../../draw/heatmap-layout.ts';
import { panelStyle } from '../heatmap/panel-style.ts';
import { fourierControls } from './fourier-controls.ts';
import { amplitudeLimit, buildModel, flatModel, Ratchet, spectrumGroups, type FourierModel } from './fourier-model.ts';
import { readOptions, writeOptions, type FourierOptions } from './fourier-options.ts';
import type { SurfaceModel, SurfacePoint } from './surface.ts';

/** Amplitude by frequency: the units that go with the feature as a surface or flat, the chosen one as a line. */
export class FourierView extends Watching {
  static override properties = { store: { attribute: false } };
  declare store: Store;
  static override styles = [
    controls,
    panelStyle,
    css`
      rv-spectrum-chart { flex: 0 0 clamp(72px, 24%, 130px); }
      input { width: 56px; }
    `,
  ];
  private readonly flatBecause = signal<string | null>(null);
  private readonly surfaceReady = signal(false);
  private readonly ratchet = new Ratchet();
  private readonly chartRatchet = new Ratchet();
  private surfacePoint: SurfacePoint | null = null;
  private flatPoint: Pointed = { unit: null, place: null };

  private readonly compares = computed(() => Boolean(this.store.selection.value?.compare));
  private readonly options = computed((): FourierOptions => {
    const options = readOptions(this.store);
    return this.compares.value ? options : { ...options, side: 'a' };
  });
  private readonly side = computed(() => this.options.value.side);
  private readonly units = computed(() => this.options.value.units);
  private readonly flat = computed(() => this.options.value.drawing === 'flat' || this.flatBecause.value !== null);
  private readonly a = computed(() => shown(this.store.spectrum.value));
  private readonly b = computed(() => (this.compares.value ? shown(this.store.compared.spectrum.value) : null));
  private readonly loadable = computed(() => (this.side.value === 'b' ? this.store.compared : this.store).spectrum.value);
  private readonly model = computed((): FourierModel | null => {
    const { store } = this;
    const [spectrum, selection, units] = [this.side.value === 'b' ? this.b.value : this.a.value, store.selection.value, this.units.value];
    if (!spectrum || !selection) return null;
    const groups = spectrumGroups({ hypotheses: store.hypotheses.value }, selection, spectrum.matrix.rows);
    const { probe, layer, quantity, feature } = selection;
    const height = amplitudeLimit([this.a.value, this.b.value], units === 'all' ? null : groups, shown(store.digests.value) ?? [], selection);
    const limit = this.ratchet.at(JSON.stringify([probe, layer, quantity, feature, units]), height);
    return buildModel(spectrum, groups, limit, store.dark.value, units);
  });
  private readonly surface = computed((): SurfaceModel | null => {
    const model = this.model.value;
    if (!model) return null;
    const { spectrum, limit, colors } = model;
    return { groups: model.surface, frequency: spectrum.frequency, limit, colors, values: (unit) => spectrum.matrix.row(unit) };
  });
  private readonly picture = computed(() => {
    const [model, unit] = [this.model.value, this.store.selection.value?.unit];
    return model && unit !== undefined ? flatModel(model, unit, this.options.value) : null;
  });

  private loading = false;
  private readonly seen = signal(false);

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
    const { store } = this;
    const [selection, options, model] = [store.selection.value, this.options.value, this.model.value];
    if (!selection) return html`<div class="message">Waiting for a recording…</div>`;
    const old = model !== null && this.loadable.value.state !== 'ready';
    const change = (change: Partial<FourierOptions>) => writeOptions(store, change);
    const dark = store.dark.value;
    const lines = this.lines(selection.unit, dark);
    return html`
      <div class="head">${fourierControls({ options, compares: this.compares.value, flatBecause: this.flatBecause.value, change })}</div>
      <div class="picture ${old ? 'old' : ''}">${model ? this.drawing(store, model, options) : this.message()}</div>
      ${model
        ? html`<rv-spectrum-chart
              class=${old ? 'old' : ''}
              .chart=${{ lines, band: options.band, limit: this.chartLimit(lines, selection.unit), hover: store.hover.value.frequency }}
              .dark=${dark}
              @rv-frequency=${(event: CustomEvent<number | null>) => store.hoverOver({ frequency: event.detail, unit: null, token: null })}
              @rv-band=${(event: CustomEvent<FourierOptions['band']>) => change({ band: event.detail })}
            ></rv-spectrum-chart>
            <div class="foot">
              <rv-colors .colors=${model.colors} .dark=${dark} what="amplitude" .missing=${this.missing(model, options)}></rv-colors>
              <span class="readout">${this.readout(store, model, options)}</span>
            </div>`
        : nothing}
    `;
  }

  private drawing(store: Store, model: FourierModel, options: FourierOptions): TemplateResult {
    const unit = store.selection.value!.unit;
    const pick = (event: CustomEvent<number>) => store.select({ unit: event.detail });
    const dark = store.dark.value;
    if (this.flat.value) {
      const { frequency } = model.spectrum;
      const point = ({ unit, place }: Pointed) => store.hoverOver({ unit, token: null, frequency: place === null ? null : frequency[place] });
      return html`<rv-heatmap-canvas
        .model=${this.picture.value}
        .dark=${dark}
        .rowHeight=${READABLE}
        .pointed=${this.pointFlat(store, model)}
        @rv-point=${(event: CustomEvent<Pointed>) => point(event.detail)}
        @rv-pick=${pick}
      ></rv-heatmap-canvas>`;
    }
    if (this.seen.value && !this.surfaceReady.value) this.loadSurface();
    if (!this.surfaceReady.value) return html`<div class="message">Preparing the surface…</div>`;
    return html`<rv-surface
      .model=${this.surface.value}
      .band=${options.band}
      .chosen=${unit}
      .dark=${dark}
      .camera=${options.camera}
      .pointed=${this.pointSurface(store)}
      @rv-point=${(event: CustomEvent<SurfacePoint | null>) =>
        store.hoverOver({ unit: event.detail?.unit ?? null, frequency: event.detail?.frequency ?? null, token: null })}
      @rv-pick=${pick}
      @rv-camera=${(event: CustomEvent<Camera>) => writeOptions(store, { camera: event.detail })}
      @rv-no-webgl=${(event: CustomEvent<string>) => (this.flatBecause.value = event.detail)}
    ></rv-surface>`;
  }

  private lines(unit: number, dark: boolean): Line[] {
    const colors = palette(dark);
    const line = (spectrum: Spectrum | null, color: string, name: string): Line[] =>
      spectrum && unit < spectrum.matrix.rows ? [{ values: spectrum.matrix.row(unit), frequency: spectrum.frequency, color, name }] : [];
    return [...line(this.a.value, colors.accent, 'A'), ...line(this.b.value, colors.compared, 'B')];
  }

  /** The chart has a scale of its own: what is small beside the others has a shape too. */
  private chartLimit(lines: readonly Line[], unit: number): number {
    const height = Math.max(0, ...lines.map(({ values, frequency }) => largest([values], frequency)));
    const { layer, quantity, probe } = this.store.selection.value!;
    return this.chartRatchet.at(JSON.stringify([probe, layer, quantity, unit]), height);
  }

  private message(): TemplateResult {
    const spectrum = this.loadable.value;
    if (spectrum.state === 'failed') return html`<div class="message"><span>${spectrum.message}</span><button @click=${spectrum.retry}>Try again</button></div>`;
    if (spectrum.state === 'empty') return html`<div class="message">${spectrum.why}</div>`;
    return html`<div class="message">Reading the spectra…</div>`;
  }

  private pointSurface(store: Store): SurfacePoint | null {
    const { unit, frequency } = store.hover.value;
    if (unit === null || frequency === null) return (this.surfacePoint = null);
    if (this.surfacePoint?.unit !== unit || this.surfacePoint.frequency !== frequency) this.surfacePoint = { unit, frequency };
    return this.surfacePoint;
  }

  private pointFlat(store: Store, { spectrum }: FourierModel): Pointed {
    const { unit, frequency } = store.hover.value;
    const place = frequency === null ? null : binAt(spectrum.frequency, frequency);
    if (this.flatPoint.unit !== unit || this.flatPoint.place !== place) this.flatPoint = { unit, place };
    return this.flatPoint;
  }

  private missing({ spectrum, groups }: FourierModel, { units }: FourierOptions): boolean {
    const { matrix } = spectrum;
    const shown = units === 'all' ? Array.from({ length: matrix.rows }, (_, unit) => unit) : groups.flatMap((group) => group.units);
    return shown.some((unit) => matrix.row(unit).some(Number.isNaN));
  }

  private readout(store: Store, { spectrum }: FourierModel, { band }: FourierOptions): TemplateResult {
    const { matrix, frequency } = spectrum;
    const hover = store.hover.value;
    const unit = hover.unit ?? store.selection.value!.unit;
    if (unit >= matrix.rows) return html`unit <b>${unit}</b> is not in this layer`;
    const said = (f: number, amplitude: number, what: string) =>
      html`unit <b>${unit}</b> · ${what} <b>${figure(amplitude)}</b> at <b>${f.toFixed(3)}</b> cycles per token, ${period(f)}`;
    const values = matrix.row(unit);
    if (hover.frequency !== null) {
      const bin = binAt(frequency, hover.frequency);
      return said(frequency[bin], values[bin], 'amplitude');
    }
    const peak = peakInBand(values, frequency, band);
    return peak ? said(peak.frequency, peak.amplitude, 'peak of amplitude') : html`unit <b>${unit}</b> has no amplitude in this band`;
  }
}
customElements.define('rv-fourier-view', FourierView);
