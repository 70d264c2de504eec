import { css, html, LitElement } from 'lit';
import { sheet } from '../../ui/draw/axes-canvas.ts';
import { palette } from '../../ui/draw/axes.ts';
import { chartBox, frequencyAt, handleAt, paintChart, type Chart } from '../../ui/draw/spectrum-lines.ts';
import { bandFrom, type BandLimits } from '../../ui/draw/spectrum.ts';

/**
 * Spectra as lines.
 * Fires `rv-frequency` with a frequency or null, `rv-band` while an end of the band is dragged.
 */
export class SpectrumChart extends LitElement {
  static override properties = { chart: { attribute: false }, dark: { attribute: false } };
  declare chart: Chart | null;
  declare dark: boolean;
  private handle: keyof BandLimits | null = null;
  private observer = new ResizeObserver(() => this.repaint());

  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
    }
    canvas {
      position: absolute;
      inset: 0;
      display: block;
      touch-action: pan-y;
    }
  `;

  constructor() {
    super();
    this.chart = null;
    this.dark = false;
  }

  override render() {
    return html`<canvas
      role="img"
      aria-label="Amplitude of the chosen units by frequency: ${this.chart?.lines.map(({ name }) => name).join(', ')}"
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${() => (this.handle = null)}
      @pointercancel=${() => (this.handle = null)}
      @pointerleave=${() => this.handle || this.fire('rv-frequency', null)}
      @dblclick=${() => this.fire('rv-band', { low: 0, high: 0.5 })}
    ></canvas>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  override updated(): void {
    this.repaint();
  }

  repaint(ratio?: number): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (!canvas || !this.chart || this.clientWidth < 60 || this.clientHeight < 40) return;
    const surface = sheet(canvas, this.clientWidth, this.clientHeight, ratio);
    if (surface) paintChart(surface, this.chart, palette(this.dark), ratio === undefined);
  }

  private get box() {
    return chartBox(this.clientWidth, this.clientHeight, this.chart?.rate != null);
  }

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private onDown(event: PointerEvent): void {
    if (!this.chart || event.button !== 0) return;
    this.handle = handleAt(this.box, this.chart.band, event.offsetX);
    if (!this.handle) return;
    this.fire('rv-frequency', null);
    (event.target as HTMLElement).setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  private onMove(event: PointerEvent): void {
    if (!this.chart) return;
    const { box } = this;
    const canvas = event.target as HTMLElement;
    if (!this.handle) {
      canvas.style.cursor = handleAt(box, this.chart.band, event.offsetX) ? 'ew-resize' : 'crosshair';
      const inside = event.offsetX >= box.left && event.offsetX <= box.right;
      return this.fire('rv-frequency', inside ? frequencyAt(box, event.offsetX) : null);
    }
    const { low, high } = this.chart.band;
    const f = Math.round(frequencyAt(box, event.offsetX) * 200) / 200;
    const next = this.handle === 'low' ? { low: Math.min(f, high), high } : { low, high: Math.max(f, low) };
    this.fire('rv-band', bandFrom(next.low, next.high, this.chart.band));
  }
}
customElements.define('rv-spectrum-chart', SpectrumChart);
