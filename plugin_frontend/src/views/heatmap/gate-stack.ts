import type { Activity, Digest, QuantityInfo } from '../../data/types.ts';
import type { ColoredQuantity, UnitColors } from '../../state/activity-colors.ts';
import type { Colormap } from '../../state/colormap.ts';
import { formatNumber, spaced } from '../../ui/format.ts';
import { findLimit } from '../../state/limits.ts';
import { valueOrStale, type Loadable, type RecordingData } from '../../state/store.ts';

/** One quantity of the chosen unit over the tokens, on limits of its own. */
export interface StackedRow {
  readonly quantity: string;
  readonly label: string;
  readonly gate: boolean;
  readonly colors: Colormap;
  readonly activity: Loadable<Activity>;
  /** Null until it is here. */
  readonly values: Float32Array | null;
}

/** Rows of the stack are numbered below the units: -1 is the first. */
export const keyOf = (index: number) => -1 - index;
export const stackedAt = (stack: readonly StackedRow[], row: number): StackedRow | undefined => stack[-1 - row];

/** Gates in the order of the log, then what they steer, the hidden state last. */
export function orderQuantities(quantities: readonly QuantityInfo[]): QuantityInfo[] {
  const rank = ({ quantity, role }: QuantityInfo) => (role !== null ? 0 : quantity === 'hidden_state' ? 2 : 1);
  return [...quantities].sort((a, b) => rank(a) - rank(b));
}

export interface StackSurroundings {
  readonly sources: RecordingData;
  readonly layer: string;
  readonly unit: number;
  readonly quantities: readonly QuantityInfo[];
  /** Of everything that is compared. */
  readonly digests: readonly Digest[];
  /** Colours of the units of a quantity. */
  readonly colorsOf: (quantity: ColoredQuantity) => UnitColors;
}

/**
 * Every quantity of a unit as a row.
 * Gates lie between 0 and 1; states have symmetric limits, those of the unit or of the quantity.
 */
export function stackOf({ sources, layer, unit, quantities, digests, colorsOf }: StackSurroundings): StackedRow[] {
  return orderQuantities(quantities).map(({ quantity, role }) => {
    const limit = findLimit(role === null ? null : 'whole', digests, layer, quantity);
    const colors = colorsOf({ layer, quantity, limit })(unit);
    const activity = sources.unitOf(quantity, unit).value;
    return {
      quantity,
      label:
        (colors.tanh ? 'tanh of ' : '') + spaced(quantity) + (role ? ` · ${role}` : ` ± ${formatNumber(colors.high)}`),
      gate: role !== null,
      colors,
      activity,
      values: valueOrStale(activity)?.matrix.row(unit) ?? null,
    };
  });
}
