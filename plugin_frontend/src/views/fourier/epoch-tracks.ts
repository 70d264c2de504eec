import type { UnitSeries } from '../../data/types.ts';
import type { MarkerShape } from '../../ui/charts/line-layout.ts';

/** The strongest peak of a unit at a step. */
export interface Dot {
  readonly step: number;
  readonly frequency: number;
  readonly amplitude: number;
  readonly prominence: number;
  readonly q: number;
}

/** The peaks of one unit of one recording over the steps. */
export interface Track {
  readonly name: string;
  readonly unit: number;
  readonly color: string;
  /** Its marks, where colours do not tell recordings apart. */
  readonly shape: MarkerShape;
  readonly dots: readonly Dot[];
}

export interface Tracked {
  readonly letter: string;
  readonly series: number;
  readonly peaks: UnitSeries | null;
  readonly units: readonly number[];
}

const SHAPES = ['circle', 'square', 'triangle'] as const;

export function dotsOf(peaks: UnitSeries, unit: number): Dot[] {
  const of = (step: number, row: string) => peaks.get(step, row)[unit] ?? NaN;
  return peaks.steps
    .map((step) => ({
      step,
      frequency: of(step, 'frequency'),
      amplitude: of(step, 'amplitude'),
      prominence: of(step, 'prominence'),
      q: of(step, 'q'),
    }))
    .filter(({ frequency }) => Number.isFinite(frequency));
}

/** Track of each chosen unit of each recording, coloured as the lines of the chart. */
export function tracksOf(recordings: readonly Tracked[], colors: readonly string[]): Track[] {
  const several = recordings.some(({ units }) => units.length > 1);
  return recordings.flatMap(({ letter, series, peaks, units }) =>
    units.flatMap((unit, index): Track[] => {
      if (!peaks || unit < 0 || unit >= peaks.units) return [];
      return [
        {
          name: recordings.length > 1 ? `${letter} · unit ${unit}` : `unit ${unit}`,
          unit,
          color: colors[(several ? index : series) % colors.length],
          shape: SHAPES[(recordings.length > 1 ? series : 0) % SHAPES.length],
          dots: dotsOf(peaks, unit),
        },
      ];
    }),
  );
}
