import type { Spectrum } from '../../data/types.ts';
import { dashOf } from '../../ui/draw/series.ts';
import type { Line } from '../../ui/draw/spectrum-lines.ts';
import type { BandLimits } from '../../ui/draw/spectrum.ts';
import { peakOf, type Recorded } from './peaks.ts';

/** Spectra of one recording: of the chosen unit, then of further units. */
export interface Lined {
  readonly letter: string;
  readonly series: number;
  readonly spectrum: Spectrum | null;
  readonly recorded: Recorded | null;
  readonly units: readonly number[];
}

export interface UnitLine extends Line {
  readonly unit: number;
}

/**
 * Line for each chosen unit of each recording.
 * Colours tell units apart, or recordings if there is one unit; dashes tell recordings apart otherwise.
 */
export function linesOf(recordings: readonly Lined[], band: BandLimits, colors: readonly string[]): UnitLine[] {
  const several = recordings.some(({ units }) => units.length > 1);
  return recordings.flatMap(({ letter, series, spectrum, recorded, units }): UnitLine[] =>
    units.flatMap((unit, index) => {
      if (!spectrum || unit < 0 || unit >= spectrum.matrix.rows) return [];
      return {
        unit,
        values: spectrum.matrix.row(unit),
        frequency: spectrum.frequency,
        color: colors[(several ? index : series) % colors.length],
        dash: recordings.length > 1 ? dashOf(series) : [],
        name: recordings.length > 1 ? `${letter} · unit ${unit}` : `unit ${unit}`,
        peak: peakOf(spectrum, unit, band, recorded),
      };
    }),
  );
}
