import type { Spectrum } from '../../data/types.ts';
import type { Line } from '../../draw/spectrum-lines.ts';
import type { BandLimits } from '../../draw/spectrum.ts';
import { peakOf, type Recorded } from './peaks.ts';

/** One recording's spectra, and the units chosen in it: the chosen one, then further ones. */
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

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4], [1, 3], [10, 2, 2, 2, 2, 2]];

/** A line for each chosen unit of each recording. Colours tell units apart; recordings too while there is one unit, else dashes do. */
export function linesOf(sides: readonly Lined[], band: BandLimits, colors: readonly string[]): UnitLine[] {
  const several = sides.some(({ units }) => units.length > 1);
  return sides.flatMap(({ letter, series, spectrum, recorded, units }): UnitLine[] =>
    units.flatMap((unit, place) => {
      if (!spectrum || unit < 0 || unit >= spectrum.matrix.rows) return [];
      return {
        unit,
        values: spectrum.matrix.row(unit),
        frequency: spectrum.frequency,
        color: colors[(several ? place : series) % colors.length],
        dash: sides.length > 1 ? DASHES[series % DASHES.length] : [],
        name: sides.length > 1 ? `${letter} · unit ${unit}` : `unit ${unit}`,
        peak: peakOf(spectrum, unit, band, recorded),
      };
    }),
  );
}
