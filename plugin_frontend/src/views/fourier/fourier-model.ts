import { makeColormap, type Colormap } from '../../state/colormap.ts';
import { makeCells, rankColors } from '../../ui/draw/heatmap-cells.ts';
import type { Picture } from '../../ui/draw/heatmap-picture.ts';
import { groupUnits, orderBySize, type Group } from '../../ui/draw/heatmap-rows.ts';
import { largest, columnOfFrequency } from '../../ui/draw/spectrum.ts';
import { poolRows, type SurfaceGroup } from '../../ui/draw/surface-rows.ts';
import type { Digest, Spectrum } from '../../data/types.ts';
import type { Selection } from '../../state/store.ts';
import { formatNumber } from '../../ui/format.ts';
import type { FourierOptions } from './fourier-options.ts';
import { peakOf, type Recorded, type UnitPeak } from './peaks.ts';

/** Groups of units: findings with neighbours, the chosen unit, further units. */
export function spectrumGroups(digest: Pick<Digest, 'findings'> | null, selection: Selection, units: number): Group[] {
  const { unit, units: further } = selection;
  const exists = (one: number) => one >= 0 && one < units;
  let groups = groupUnits(digest?.findings ?? [], selection, [], units);
  const stands = (one: number) => groups.some((group) => group.units.includes(one));
  if (exists(unit) && !stands(unit)) {
    const around = [unit - 1, unit, unit + 1].filter(exists);
    const touching = groups.find((group) => around.some((one) => group.units.includes(one)));
    const joined = {
      units: [...new Set([...(touching?.units ?? []), ...around])].sort((a, b) => a - b),
      suggested: touching?.suggested ?? [],
    };
    groups = touching ? groups.map((group) => (group === touching ? joined : group)) : [joined, ...groups];
  }
  for (const one of further) if (exists(one) && !stands(one)) groups = [...groups, { units: [one], suggested: [] }];
  return groups;
}

/** Largest amplitude of the units in view and of all their peaks at any step. */
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
    const units = groups
      ? groups.flatMap((group) => group.units)
      : Array.from({ length: matrix.rows }, (_, unit) => unit);
    const rows = units.filter((unit) => unit < matrix.rows).map((unit) => matrix.row(unit));
    limit = Math.max(limit, largest(rows, frequency));
  }
  for (const { findings } of digests) {
    for (const { feature, layer, quantity, peak } of findings) {
      const same = feature === selection.feature && layer === selection.layer && quantity === selection.quantity;
      if (same && peak && peak.amplitude > limit) limit = peak.amplitude;
    }
  }
  return limit;
}

/** Limit that never shrinks for the same key, so that epochs can be compared. */
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
  /** True if values are differences, to both sides of 0. */
  readonly signed: boolean;
  readonly groups: readonly Group[];
  readonly limit: number;
  readonly colors: Colormap;
  readonly surface: readonly SurfaceGroup[];
}

export interface Look {
  readonly limit: number;
  readonly signed: boolean;
  readonly dark: boolean;
  readonly swapped: boolean;
  readonly units: FourierOptions['units'];
}

export function buildModel(
  spectrum: Spectrum,
  groups: readonly Group[],
  { limit, signed, dark, swapped, units }: Look,
): FourierModel {
  const { matrix } = spectrum;
  const row = (unit: number) => matrix.row(unit);
  const surface =
    units === 'all'
      ? [poolRows(matrix.rows, row)]
      : groups.map((group): SurfaceGroup =>
          group.units.map((unit) => ({ units: [unit, unit + 1] as const, values: row(unit) })),
        );
  const high = limit || 1;
  return {
    spectrum,
    signed,
    groups,
    limit,
    surface,
    colors: makeColormap({ low: signed ? -high : 0, high, diverging: signed, dark, swapped }),
  };
}

export interface FlatModel {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
}

/** Frequencies by units, the height of each unit's peak beside it. */
export function flatModel(
  { spectrum, signed, groups, colors }: FourierModel,
  selectedUnit: number,
  recorded: Recorded | null,
  options: Pick<FourierOptions, 'units' | 'order' | 'band'>,
): FlatModel {
  const { matrix, frequency } = spectrum;
  const { low, high } = colors;
  const peaks = new Map<number, UnitPeak | null>();
  const peak = (unit: number) => {
    let unitPeak = peaks.get(unit);
    if (unitPeak === undefined) peaks.set(unit, (unitPeak = peakOf(spectrum, unit, options.band, recorded)));
    return unitPeak;
  };
  const all = options.units === 'all';
  const heights = new Float32Array(matrix.rows).fill(NaN);
  const drawnUnits = all ? heights.keys() : groups.flatMap((group) => group.units);
  for (const unit of drawnUnits) heights[unit] = peak(unit)?.amplitude ?? NaN;
  const ranked = rankColors(colors, 0);
  return {
    groups,
    rows: all ? matrix.rows : 0,
    columns: matrix.columns,
    picture: {
      cells: makeCells(matrix.columns, null, (unit) => ({ values: matrix.row(unit), ranked })),
      units: all && options.order === 'peak' ? orderBySize(heights, matrix.rows) : null,
      shades: () => ranked,
      chosen: selectedUnit,
      label: String,
      words: (unit, column) => {
        const value = matrix.row(unit)[column];
        return {
          name: frequency[column].toFixed(3),
          value: formatNumber(value, signed),
          ink: colors.ink[Math.max(0, colors.index(value))],
        };
      },
      bars: [{ values: heights, low, high, zero: 0, chance: (unit) => peak(unit)?.stands === false }],
      axis: {
        kind: 'frequency',
        columnOf: (f) => columnOfFrequency(frequency, f),
        band: [options.band.low, options.band.high],
        peak,
      },
    },
  };
}
