import { html, nothing, type TemplateResult } from 'lit';
import type { Spectrum, UnitSeries } from '../../data/types.ts';
import { palette } from '../../draw/axes.ts';
import { extent } from '../../draw/curve.ts';
import { binAt, NYQUIST, peakInBand, period } from '../../draw/spectrum.ts';
import { chance, count, figure } from '../../elements/words.ts';
import { SIGNIFICANT } from '../../state/evidence.ts';
import { shown } from '../../state/store.ts';
import './lines.ts';
import type { LinesChart } from './lines.ts';
import { latest, loaded, Part, partStyle } from './part.ts';

/** The strongest peak of a unit, and whether it stands out of red noise. */
export interface Beat {
  readonly frequency: number;
  readonly amplitude: number;
  readonly q: number;
}

export function beatOf(peaks: UnitSeries | null, step: number, unit: number): Beat | null {
  const of = (row: string) => peaks?.get(step, row)[unit] ?? NaN;
  const beat = { frequency: of('frequency'), amplitude: of('amplitude'), q: of('q') };
  return Number.isFinite(beat.frequency) ? beat : null;
}

/** How strongly the unit beats at each frequency. */
export class SpectrumPart extends Part {
  static override styles = partStyle;

  override render() {
    const { sources } = this.side;
    return html`<section aria-label="Spectrum"><h3>Rhythm</h3>${loaded(sources.spectrum.value, 'Reading the spectra…', (spectrum) => this.spectrum(spectrum))}</section>`;
  }

  private spectrum(spectrum: Spectrum): TemplateResult {
    const { store, side: { sources, series } } = this;
    const unit = sources.unit.value;
    if (unit < 0 || unit >= spectrum.matrix.rows) return html`<p class="message">There is no unit ${unit} here.</p>`;
    const values = spectrum.matrix.row(unit);
    if (!extent(values)) return html`<p class="message">It has no spectrum: its values are not all numbers.</p>`;
    const chosen = store.selection.value!;
    const beat = sources.difference ? null : this.beat(shown(sources.statistics('peaks', chosen.layer, chosen.quantity).value), sources.place.value?.step ?? NaN, unit);
    const hover = store.hover.value.frequency;
    return html`<p>${sources.difference ? 'B less A.' : this.words(beat, spectrum)}</p>
      <rv-lines .chart=${this.chart(spectrum, values, beat, palette(store.dark.value).series[series])} .hover=${hover}
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ frequency: event.detail })}></rv-lines>
      <p class="muted readout">${hover === null ? nothing : `${figure(hover)} cycles per token, ${period(hover)}: amplitude ${figure(values[binAt(spectrum.frequency, hover)])}`}</p>`;
  }

  private readonly beat = latest(beatOf);

  private words(beat: Beat | null, { frequency, matrix }: Spectrum): string {
    if (beat) return `${!(beat.q > SIGNIFICANT) ? 'beats' : 'no beat above chance, the strongest'} ${period(beat.frequency)}, at ${figure(beat.frequency)} cycles per token${Number.isNaN(beat.q) ? '' : `, q ${chance(beat.q)}`}`;
    const peak = peakInBand(matrix.row(this.side.sources.unit.value), frequency, { low: 0, high: NYQUIST });
    return peak ? `no peak; most at ${figure(peak.frequency)} cycles per token` : `no peak among ${count(frequency.length)} frequencies`;
  }

  /** The same object while nothing but the pointer moved. */
  private readonly chart = latest((spectrum: Spectrum, values: Float32Array, beat: Beat | null, color: string): LinesChart =>
    makeChart(spectrum, values, beat, color, this.side.sources.difference));
}
customElements.define('rv-unit-spectrum', SpectrumPart);

/** The mean, at frequency 0, would hide everything else. */
function makeChart({ frequency }: Spectrum, values: Float32Array, beat: Beat | null, color: string, difference: boolean): LinesChart {
  const first = frequency[0] === 0 && values.length > 1 ? 1 : 0;
  const stops = Array.from(frequency.subarray(first));
  const rest = values.subarray(first);
  const [low, high] = extent(rest) ?? [0, 1];
  return {
    label: 'Amplitude of the unit by frequency',
    x: { low: 0, high: NYQUIST },
    y: { low: difference ? Math.min(low, -high) : 0, high: (difference ? Math.max(high, -low) : high) || 1 },
    xTitle: 'cycles per token',
    yTitle: 'amplitude',
    lines: [{ name: '', color, at: stops, values: rest }],
    stops,
    nameOf: (f) => `${figure(f)} cycles per token`,
    now: null,
    mark: beat && { x: beat.frequency, y: Math.min(beat.amplitude, high), filled: !(beat.q > SIGNIFICANT), words: period(beat.frequency), color },
  };
}
