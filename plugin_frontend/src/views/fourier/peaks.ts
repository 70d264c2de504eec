import type { Spectrum, UnitSeries } from '../../data/types.ts';
import type { Marked } from '../../ui/draw/heatmap-picture.ts';
import { binAt, peakInBand, type BandLimits, type BandPeak } from '../../ui/draw/spectrum.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';

/**
 * Spectral peak of a unit inside the band.
 * `q` is the log's, against red noise; NaN if the log has none for this peak.
 */
export interface UnitPeak extends BandPeak, Marked {
  readonly q: number;
}

/** The strongest peak of every unit at one step, as the log has it. */
export interface Recorded {
  readonly frequency: Float32Array;
  readonly q: Float32Array;
}

export function recordedPeaks(series: UnitSeries | null, step: number | undefined): Recorded | null {
  if (!series || step === undefined) return null;
  const frequency = series.get(step, 'frequency');
  return frequency.length ? { frequency, q: series.get(step, 'q') } : null;
}

export const isSignificantAt = (q: number): boolean | null => (Number.isNaN(q) ? null : q <= SIGNIFICANT);

/** Peak of the log if it is in the band, else the largest amplitude, untested. */
export function peakOf(
  { matrix, frequency }: Spectrum,
  unit: number,
  band: BandLimits,
  recorded: Recorded | null,
): UnitPeak | null {
  const values = matrix.row(unit);
  const logged = recorded?.frequency[unit] ?? NaN;
  if (logged >= band.low && logged <= band.high) {
    const bin = binAt(frequency, logged);
    if (Number.isFinite(values[bin])) {
      const q = recorded!.q[unit] ?? NaN;
      return { bin, frequency: frequency[bin], amplitude: values[bin], stands: isSignificantAt(q), q };
    }
  }
  const highest = peakInBand(values, frequency, band);
  return highest && { ...highest, stands: null, q: NaN };
}
