import { html, nothing, type TemplateResult } from 'lit';
import type { Spectrum, UnitSeries } from '../../data/types.ts';
import { extent } from '../../ui/draw/curve.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { binAt, NYQUIST, peakInBand, period } from '../../ui/draw/spectrum.ts';
import { formatPValue, formatCount, formatNumber } from '../../ui/format.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { latest, loaded, overlaid, Part, partStyle } from '../../ui/view-part.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { wordingOf } from '../../state/wording.ts';
import { frequencyUnitOf } from '../../state/signal-time.ts';

/** The strongest peak of a unit, and whether it stands out of red noise. */
export interface SpectralPeak {
  readonly frequency: number;
  readonly amplitude: number;
  readonly q: number;
}

export function spectralPeakOf(peaks: UnitSeries | null, step: number, unit: number): SpectralPeak | null {
  const of = (row: string) => peaks?.get(step, row)[unit] ?? NaN;
  const beat = { frequency: of('frequency'), amplitude: of('amplitude'), q: of('q') };
  return Number.isFinite(beat.frequency) ? beat : null;
}

/** Amplitude spectrum of the unit. */
export class SpectrumPart extends Part {
  static override styles = partStyle;

  override render() {
    const { data } = this.recording;
    return html`<section aria-label="Spectrum">
      <h3>Spectrum</h3>
      ${loaded(data.spectrum.value, 'Reading the spectra…', (spectrum) => this.spectrum(spectrum))}
    </section>`;
  }

  private spectrum(spectrum: Spectrum): TemplateResult {
    const {
      store,
      recording: { letter, data, series },
    } = this;
    const unit = data.unit.value;
    if (unit < 0 || unit >= spectrum.matrix.rows) return emptyPanel(`There is no unit ${unit} here.`);
    const values = spectrum.matrix.row(unit);
    if (!extent(values)) return emptyPanel('It has no spectrum: its values are not all numbers.');
    const beat = this.beatOf(this.recording);
    const { results, notes } = overlaid(this.over, (recording) => recording.data.spectrum.value);
    const hover = store.hover.value.frequency;
    const chart = this.chart(
      spectrum,
      values,
      beat,
      strokeOf(series, store.dark.value).color,
      this.wording('cycles per token'),
    );
    return html`<p>
        ${
          data.difference
            ? 'B less A.'
            : `${results.length ? `${letter} ` : ''}${this.words(this.recording, beat, spectrum)}`
        }
      </p>
      ${results.map(
        (one) =>
          html`<p>${one.recording.letter} ${this.words(one.recording, this.beatOf(one.recording), one.value)}</p>`,
      )}${notes}
      <rv-line-chart
        .chart=${
          results.length
            ? over(
                chart,
                letter,
                results.flatMap((one) => this.line(one.recording, one.value)),
              )
            : chart
        }
        .hover=${hover}
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ frequency: event.detail })}
      ></rv-line-chart>
      <p class="muted readout">
        ${
          hover === null
            ? nothing
            : this.wording(`${formatNumber(hover)} cycles per token, ${this.period(hover)}: `) +
              `amplitude ${formatNumber(values[binAt(spectrum.frequency, hover)])}`
        }
      </p>`;
  }

  private readonly beats = new Map<
    string,
    (peaks: UnitSeries | null, step: number, unit: number) => SpectralPeak | null
  >();

  /** The same object while it is the same beat. */
  private beatOf({ letter, data }: ComparedRecording): SpectralPeak | null {
    const { layer, quantity } = this.store.selection.value!;
    if (!this.beats.has(letter)) this.beats.set(letter, latest(spectralPeakOf));
    return data.difference
      ? null
      : this.beats.get(letter)!(
          valueOrStale(data.statistics('peaks', layer, quantity).value),
          data.ref.value?.step ?? NaN,
          data.unit.value,
        );
  }

  private line({ letter, series, data }: ComparedRecording, { frequency, matrix }: Spectrum): Line[] {
    const unit = data.unit.value;
    if (unit < 0 || unit >= matrix.rows) return [];
    const { color, dash } = strokeOf(series, this.store.dark.value);
    return [
      {
        name: letter,
        color,
        dash: dash.join(' '),
        at: beyondMean(frequency, frequency),
        values: beyondMean(frequency, matrix.row(unit)),
      },
    ];
  }

  /** Sentence in the nouns of the probe. */
  private wording(sentence: string): string {
    return wordingOf(this.store)(sentence);
  }

  private period(frequency: number): string {
    return period(frequency, frequencyUnitOf(valueOrStale(this.recording.data.text.value)));
  }

  private words({ data }: ComparedRecording, beat: SpectralPeak | null, { frequency, matrix }: Spectrum): string {
    const unit = data.unit.value;
    if (unit < 0 || unit >= matrix.rows) return 'has no such unit';
    if (beat)
      return this.wording(
        `${
          !(beat.q > SIGNIFICANT) ? 'spectral peak' : 'no spectral peak above chance, the strongest'
        } ${this.period(beat.frequency)}, at ${formatNumber(beat.frequency)} cycles per token${
          Number.isNaN(beat.q) ? '' : `, q ${formatPValue(beat.q)}`
        }`,
      );
    const peak = peakInBand(matrix.row(unit), frequency, { low: 0, high: NYQUIST });
    return peak
      ? this.wording(`no peak; most at ${formatNumber(peak.frequency)} cycles per token`)
      : `no peak among ${formatCount(frequency.length)} frequencies`;
  }

  /** The same object while nothing but the pointer moved. */
  private readonly chart = latest(
    (
      spectrum: Spectrum,
      values: Float32Array,
      beat: SpectralPeak | null,
      color: string,
      perStep: string,
    ): LineChartModel =>
      makeChart(spectrum, values, beat, color, {
        difference: this.recording.data.difference,
        perStep,
        period: this.period.bind(this),
      }),
  );
}
customElements.define('rv-unit-spectrum', SpectrumPart);

/** Further lines over the first; all have names then. */
function over(chart: LineChartModel, letter: string, lines: readonly Line[]): LineChartModel {
  const high = Math.max(chart.y.high, ...lines.map(({ values }) => extent(Array.from(values))?.[1] ?? 0));
  return {
    ...chart,
    y: { ...chart.y, high },
    lines: [...chart.lines.map((line) => ({ ...line, name: letter })), ...lines],
  };
}

/** Without the mean, at frequency 0, which would hide everything else. */
const beyondMean = (frequency: Float32Array, values: Float32Array) =>
  values.subarray(frequency[0] === 0 && values.length > 1 ? 1 : 0);

interface Wordings {
  readonly difference: boolean;
  /** `cycles per token`, in the noun of the probe. */
  readonly perStep: string;
  period(frequency: number): string;
}

function makeChart(
  { frequency }: Spectrum,
  values: Float32Array,
  beat: SpectralPeak | null,
  color: string,
  { difference, perStep, period: periodOf }: Wordings,
): LineChartModel {
  const stops = Array.from(beyondMean(frequency, frequency));
  const rest = beyondMean(frequency, values);
  const [low, high] = extent(rest) ?? [0, 1];
  return {
    label: 'Amplitude of the unit by frequency',
    x: { title: perStep, low: 0, high: NYQUIST },
    y: {
      title: 'amplitude',
      low: difference ? Math.min(low, -high) : 0,
      high: (difference ? Math.max(high, -low) : high) || 1,
    },
    lines: [{ name: '', color, at: stops, values: rest }],
    nameOf: (f) => `${formatNumber(f)} ${perStep}`,
    now: [],
    mark: beat && {
      x: beat.frequency,
      y: Math.min(beat.amplitude, high),
      filled: !(beat.q > SIGNIFICANT),
      words: periodOf(beat.frequency),
      color,
    },
  };
}
