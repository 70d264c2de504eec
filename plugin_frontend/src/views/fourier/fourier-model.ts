import { makeColormap, type Colormap } from '../../draw/colormap.ts';
import type { Picture } from '../../draw/heatmap-picture.ts';
import { groupUnits, orderBySize, type Group } from '../../draw/heatmap-rows.ts';
import { largest, peakInBand, placeOfFrequency, type BandPeak } from '../../draw/spectrum.ts';
import { poolRows, type SurfaceGroup } from '../../draw/surface-rows.ts';
import type { Digest, Spectrum } from '../../data/types.ts';
import type { Selection } from '../../state/store.ts';
import type { FourierOptions } from './fourier-options.ts';

/** Which units stand in the picture: what was suggested with its neighbours, and the chosen one with its own. */
export function spectrumGroups(found: Pick<Digest, 'hypotheses'> | null, selection: Selection, units: number): Group[] {
  const [own, ...suggested] = groupUnits(found?.hypotheses ?? [], selection, selection.unit, units);
  if (!own || suggested.some((group) => group.units.includes(selection.unit))) return suggested;
  const around = [selection.unit - 1, selection.unit, selection.unit + 1].filter((unit) => unit >= 0 && unit < units);
  const touching = suggested.find((group) => around.some((unit) => group.units.includes(unit)));
  if (!touching) return [{ units: around, suggested: [] }, ...suggested];
  const joined = [...new Set([...touching.units, ...around])].sort((a, b) => a - b);
  return suggested.map((group) => (group === touching ? { ...group, units: joined } : group));
}

/** The height of the picture: the highest of what is shown and of every peak found for it at any step. */
export function amplitudeLimit(
  spectra: readonly (Spectrum | null)[],
  groups: readonly Group[] | null,
  digests: readonly Digest[],
  selection: Selection,
): number {
  let limit = 0;
  for (const spectrum of spectra) {
    if (!spectrum) continue;
    const { matrix, frequency } = spectrum;
    const units = groups ? groups.flatMap((group) => group.units) : Array.from({ length: matrix.rows }, (_, unit) => unit);
    const rows = units.filter((unit) => unit < matrix.rows).map((unit) => matrix.row(unit));
    limit = Math.max(limit, largest(rows, frequency));
  }
  for (const { hypotheses } of digests) {
    for (const { feature, layer, quantity, peak } of hypotheses) {
      const same = feature === selection.feature && layer === selection.layer && quantity === selection.quantity;
      if (same && peak && peak.amplitude > limit) limit = peak.amplitude;
    }
  }
  return limit;
}

/** A limit that grows but does not shrink while the same thing is looked at, so that epochs can be compared. */
export class Ratchet {
  private key = '';
  private height = 0;

  at(key: string, height: number): number {
    this.height = key === this.key ? Math.max(this.height, height) : height;
    this.key = key;
    return this.height;
  }
}

export interface FourierModel {
  readonly spectrum: Spectrum;
  readonly groups: readonly Group[];
  readonly limit: number;
  readonly colors: Colormap;
  readonly surface: readonly SurfaceGroup[];
}

export function buildModel(spectrum: Spectrum, groups: readonly Group[], limit: number, dark: boolean, units: FourierOptions['units']): FourierModel {
  const { matrix } = spectrum;
  const row = (unit: number) => matrix.row(unit);
  const surface =
    units === 'all'
      ? [poolRows(matrix.rows, row)]
      : groups.map((group): SurfaceGroup => group.units.map((unit) => ({ units: [unit, unit + 1] as const, values: row(unit) })));
  return { spectrum, groups, limit, surface, colors: makeColormap({ low: 0, high: limit || 1, diverging: false, dark }) };
}

export interface FlatModel {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
}

/** Frequencies by units, the height of each unit's peak beside it. */
export function flatModel({ spectrum, groups, limit, colors }: FourierModel, chosen: number, options: FourierOptions): FlatModel {
  const { matrix, frequency } = spectrum;
  const peaks = new Map<number, BandPeak | null>();
  const peak = (unit: number) => {
    let found = peaks.get(unit);
    if (found === undefined) peaks.set(unit, (found = peakInBand(matrix.row(unit), frequency, options.band)));
    return found;
  };
  const all = options.units === 'all';
  const heights = new Float32Array(matrix.rows).fill(NaN);
  const wanted = all ? heights.keys() : groups.flatMap((group) => group.units);
  for (const unit of wanted) heights[unit] = peak(unit)?.amplitude ?? NaN;
  return {
    groups,
    rows: all ? matrix.rows : 0,
    columns: matrix.columns,
    picture: {
      values: (unit) => matrix.row(unit),
      units: all && options.order === 'peak' ? orderBySize(heights, matrix.rows) : null,
      order: null,
      shades: { ...colors, rest: 0 },
      chosen,
      bars: { values: heights, low: 0, high: limit || 1 },
      axis: {
        kind: 'frequency',
        place: (f) => placeOfFrequency(frequency, f),
        band: [options.band.low, options.band.high],
        peak: (unit) => peak(unit)?.bin ?? null,
      },
    },
  };
}
