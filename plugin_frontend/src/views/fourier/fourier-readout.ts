import { html, nothing, type TemplateResult } from 'lit';
import type { Finding, Spectrum } from '../../data/types.ts';
import type { FrequencyUnit } from '../../state/signal-time.ts';
import { binAt, period, type BandLimits } from '../../ui/draw/spectrum.ts';
import { formatPValue, formatNumber, truncate } from '../../ui/format.ts';
import type { Selection } from '../../state/store.ts';
import type { Dot } from './epoch-tracks.ts';
import { peakOf, isSignificantAt, type Recorded } from './peaks.ts';
import { featureName } from '../../ui/feature-name.ts';
import { asTokens, type Wording } from '../../state/wording.ts';

export interface Read {
  readonly spectrum: Spectrum;
  readonly unit: number;
  /** Under the pointer. */
  readonly frequency: number | null;
  readonly band: BandLimits;
  readonly recorded: Recorded | null;
  readonly hypotheses: readonly Finding[];
  readonly selection: Selection;
  /** True if values are B less A. */
  readonly difference: boolean;
  /** Unit of time of a signal. */
  readonly time: FrequencyUnit | null;
  readonly wording: Wording;
}

const atFrequency = (
  unit: number,
  frequency: number,
  amplitude: string,
  what: string,
  time: FrequencyUnit | null = null,
  wording: Wording = asTokens,
) =>
  html`unit <b>${unit}</b> · ${what} <b>${amplitude}</b> at <b>${frequency.toFixed(3)}</b> ${
      time
        ? html`cycles per step, <b>${formatNumber(frequency * time.rate)}</b> per ${time.timeUnit}`
        : wording('cycles per token')
    },
    ${wording(period(frequency, time))}`;

const chanceOf = (stands: boolean | null, q: number) =>
  stands === null ? nothing : html` · ${stands ? 'above' : 'not above'} red noise, q <b>${formatPValue(q)}</b>`;

/** The strongest peak of a unit at some step. */
export const peakReadout = (
  unit: number,
  { frequency, amplitude, q }: Pick<Dot, 'frequency' | 'amplitude' | 'q'>,
  time: FrequencyUnit | null = null,
): TemplateResult => {
  const peak = atFrequency(unit, frequency, formatNumber(amplitude), 'peak of amplitude', time);
  return html`${peak}${chanceOf(isSignificantAt(q), q)}`;
};

/** The amplitude of a unit at a frequency; null where it has none. */
export function amplitudeReadout(
  unit: number,
  values: Float32Array,
  frequency: Float32Array,
  at: number,
): TemplateResult | null {
  const bin = binAt(frequency, at);
  return Number.isFinite(values[bin])
    ? atFrequency(unit, frequency[bin], formatNumber(values[bin]), 'amplitude')
    : null;
}

/** The amplitude under the pointer, or a unit's peak with what speaks for it. */
export function readout({
  spectrum,
  unit,
  frequency: at,
  band,
  recorded,
  hypotheses,
  selection,
  difference,
  time,
}: Read): TemplateResult {
  const { matrix, frequency } = spectrum;
  if (unit < 0) return html`the chosen unit has no match here`;
  if (unit >= matrix.rows) return html`unit <b>${unit}</b> is not in this layer`;
  const values = matrix.row(unit);
  if (at !== null) {
    const bin = binAt(frequency, at);
    return atFrequency(
      unit,
      frequency[bin],
      formatNumber(values[bin], difference),
      difference ? 'B − A' : 'amplitude',
      time,
    );
  }
  const peak = peakOf(spectrum, unit, band, recorded);
  if (!peak) return html`unit <b>${unit}</b> has no amplitude in this band`;
  if (difference) return atFrequency(unit, peak.frequency, formatNumber(peak.amplitude, true), 'largest B − A', time);
  const { layer, quantity, feature } = selection;
  const coherence =
    hypotheses.find((h) => h.feature === feature && h.layer === layer && h.quantity === quantity && h.unit === unit)
      ?.peak?.coherence ?? NaN;
  return html`${peakReadout(unit, peak, time)}${
    Number.isNaN(coherence)
      ? nothing
      : html` · coherence with ${truncate(featureName(feature), 16)} <b>${formatNumber(coherence)}</b>`
  }`;
}
