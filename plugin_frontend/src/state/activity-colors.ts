import { computed, type ReadonlySignal } from '@preact/signals-core';
import { makeColormap, type Colormap } from './colormap.ts';
import { findUnitLimit, rangesOver, type Limit, type UnitRanges } from './limits.ts';
import { valueOrStale } from './loadable.ts';
import type { RecordingData } from './recording-data.ts';
import type { Selection } from './selection.ts';
import type { SettingSignal } from './settings.ts';
import type { UnitMapping } from './unit-mapping.ts';

/** Colormap of a unit, as it is numbered in a recording. */
export type UnitColors = (unit: number) => Colormap;

/**
 * Quantity whose values may be coloured by their hyperbolic tangent.
 * Karpathy, Johnson and Fei-Fei, arXiv:1506.02078.
 */
export const CELL_STATE = 'cell_state';

const TANH: Limit = { low: -1, high: 1, diverging: true };

export interface ActivityColorsDeps {
  readonly selection: ReadonlySignal<Selection | null>;
  /**
   * Limits of the chosen quantity.
   * Those of a gate are 0 and 1 unless the values that occur are asked for.
   */
  readonly limit: ReadonlySignal<Limit>;
  /** Everything that is compared: its units share their limits. */
  readonly comparedRecordings: () => readonly { readonly data: RecordingData }[];
  readonly limits: SettingSignal<'limits'>;
  readonly cells: SettingSignal<'cells'>;
  readonly range: SettingSignal<'range'>;
  readonly swapped: SettingSignal<'colors'>;
  readonly dark: ReadonlySignal<boolean>;
}

/** A quantity of a layer, and the limits of its units together. */
export interface ColoredQuantity {
  readonly layer: string;
  readonly quantity: string;
  readonly limit: Limit;
  /** If true, cell states are coloured by their tanh, whatever the setting. */
  readonly tanh?: boolean;
}

type Recorded = Pick<RecordingData, 'unitMapping' | 'difference'>;

/** Ranges of the units of a recording, as it numbers them. */
interface NumberedRanges {
  readonly data: object;
  readonly mapping: UnitMapping;
  readonly ranges: UnitRanges;
}

/** Colours of activity, with limits by unit or by quantity. */
export class ActivityColors {
  /** True if every unit has limits of its own. */
  readonly byUnit: ReadonlySignal<boolean>;
  /** True if cell states are coloured by their hyperbolic tangent. */
  readonly tanh: ReadonlySignal<boolean>;
  /**
   * True if the chosen quantity is a gate.
   * Its limits are 0 and 1 unless the values that occur are asked for.
   */
  readonly gate: ReadonlySignal<boolean>;
  /** True while the ranges that limit the colours of units are loading. */
  readonly pending: ReadonlySignal<boolean>;
  private readonly ranges: ReadonlySignal<readonly NumberedRanges[]>;

  constructor(private readonly deps: ActivityColorsDeps) {
    const { selection, limit } = deps;
    this.gate = computed(() => !limit.value.diverging);
    this.tanh = computed(() => this.isTanh(selection.value?.quantity));
    this.byUnit = computed(() => !this.tanh.value && this.isByUnit(limit.value));
    this.pending = computed(() => {
      const { layer, quantity } = selection.value ?? {};
      return Boolean(layer && quantity && this.byUnit.value && this.isLoading(layer, quantity));
    });
    let last: readonly NumberedRanges[] = [];
    this.ranges = computed(() => {
      const { layer, quantity } = selection.value ?? {};
      const ranges = layer && quantity && this.byUnit.value ? this.numberedRanges(layer, quantity) : [];
      if (!sameRanges(ranges, last)) last = ranges;
      return last;
    });
  }

  /** Colours of the chosen quantity in a recording. */
  of(data: Pick<RecordingData, 'unitMapping'>): ReadonlySignal<UnitColors> {
    return computed(() => {
      if (this.tanh.value) return this.colormaps(() => TANH, true);
      return this.colormaps(unitLimits(this.deps.limit.value, this.ranges.value, data));
    });
  }

  /** Colours of a difference of the chosen quantity, its units numbered as in A. */
  ofDifference(a: Pick<RecordingData, 'unitMapping'>): ReadonlySignal<UnitColors> {
    return computed(() => this.colormaps(halved(unitLimits(this.deps.limit.value, this.ranges.value, a))));
  }

  /** Colours of any quantity of a recording. Subscribes to what they depend on. */
  ofQuantity(data: Recorded, { layer, quantity, limit, tanh }: ColoredQuantity): UnitColors {
    const isTanh = this.isTanh(quantity) || (tanh && quantity === CELL_STATE);
    if (!data.difference && isTanh) return this.colormaps(() => TANH, true);
    const limits = unitLimits(limit, this.isByUnit(limit) ? this.numberedRanges(layer, quantity) : [], data);
    return this.colormaps(data.difference ? halved(limits) : limits);
  }

  private isTanh(quantity: string | undefined): boolean {
    return quantity === CELL_STATE && this.deps.cells.value === 'tanh';
  }

  private isByUnit({ diverging }: Limit): boolean {
    return this.deps.limits.value === 'unit' && (diverging || this.deps.range.value === 'seen');
  }

  private isLoading(layer: string, quantity: string): boolean {
    return this.deps.comparedRecordings().some(({ data }) => {
      const series = data.statistics('ranges', layer, quantity).value;
      return series.state === 'loading' && series.stale === null;
    });
  }

  private numberedRanges(layer: string, quantity: string): readonly NumberedRanges[] {
    return this.deps.comparedRecordings().flatMap(({ data }) => {
      const series = valueOrStale(data.statistics('ranges', layer, quantity).value);
      return series ? [{ data, mapping: data.unitMapping.value, ranges: rangesOver(series) }] : [];
    });
  }

  private colormaps(limitOf: (unit: number) => Limit, tanh = false): UnitColors {
    const options = { dark: this.deps.dark.value, swapped: this.deps.swapped.value === 'blue', tanh };
    const byUnit = new Map<number, Colormap>();
    const byLimits = new Map<string, Colormap>();
    return (unit) => {
      const cached = byUnit.get(unit);
      if (cached) return cached;
      const limit = limitOf(unit);
      const key = `${limit.low} ${limit.high}`;
      const colormap = byLimits.get(key) ?? makeColormap({ ...limit, ...options });
      byUnit.set(unit, colormap);
      byLimits.set(key, colormap);
      return colormap;
    };
  }
}

/** Limits of each unit of a recording. */
function unitLimits(
  limit: Limit,
  ranges: readonly NumberedRanges[],
  data: Pick<RecordingData, 'unitMapping'>,
): (unit: number) => Limit {
  const mapping = data.unitMapping.value;
  return (unit) => findUnitLimit(limit, rangesOf(ranges, mapping.toA(unit), data, unit));
}

/** Limits of a difference: half of the width of the limits to either side. */
const halved =
  (limitOf: (unit: number) => Limit) =>
  (unit: number): Limit => {
    const { low, high } = limitOf(unit);
    return { low: (low - high) / 2, high: (high - low) / 2, diverging: true };
  };

const sameRanges = (a: readonly NumberedRanges[], b: readonly NumberedRanges[]) =>
  a.length === b.length && a.every(({ mapping, ranges }, i) => mapping === b[i].mapping && ranges === b[i].ranges);

/**
 * Ranges of a unit of A in everything compared.
 * A unit without a match has its own alone.
 */
function rangesOf(
  compared: readonly NumberedRanges[],
  unitOfA: number | null,
  data: object,
  unit: number,
): (readonly [low: number, high: number])[] {
  return compared.flatMap((other) => {
    const own = unitOfA === null ? (other.data === data ? unit : null) : other.mapping.fromA(unitOfA);
    return own === null ? [] : [[other.ranges.low[own] ?? NaN, other.ranges.high[own] ?? NaN] as const];
  });
}
