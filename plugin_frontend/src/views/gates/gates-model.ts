import type { LayerInfo, UnitSeries } from '../../data/types.ts';
import { quantiles } from '../../ui/draw/histogram.ts';

export interface Gate {
  readonly layer: string;
  readonly cell: string;
  readonly quantity: string;
  /** retain, write, expose or read; cells of others may have other ones. */
  readonly role: string;
  readonly units: number;
}

const ROLES = ['retain', 'write', 'expose', 'read'];
/** A role of its own comes last. */
const rank = ({ role }: Gate) => (ROLES.indexOf(role) + ROLES.length + 1) % (ROLES.length + 1);

/** Gates of these layers, ordered by role, so that cells can be compared. */
export const gatesOf = (layers: readonly LayerInfo[]): Gate[] =>
  layers.flatMap(({ layer, cell, units, quantities }) =>
    quantities
      .flatMap(({ quantity, role }) => (role === null ? [] : [{ layer, cell, quantity, role, units }]))
      .sort((a, b) => rank(a) - rank(b)),
  );

/** Distribution of a statistic over units by step: median, 0.1 and 0.9 quantiles. */
export interface Spread {
  readonly steps: readonly number[];
  readonly middle: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Steps at which no unit has a value are not there. */
export function spreadOver(series: UnitSeries, row: string): Spread {
  const rows = series.steps
    .map((step) => [step, ...quantiles(series.get(step, row), [0.1, 0.5, 0.9])])
    .filter(([, , middle]) => !Number.isNaN(middle));
  const column = (i: number) => rows.map((one) => one[i]);
  return { steps: column(0), low: column(1), middle: column(2), high: column(3) };
}

export const median = (values: Float32Array): number => quantiles(values, [0.5])[0];

/** Beyond this factor two ways of measuring disagree. */
export const FACTOR = 3;

/**
 * 1 where the memory by the gate and by the state disagree.
 * Values below one token count as one.
 */
export const disagreeing = (gate: Float32Array, state: Float32Array): Uint8Array =>
  Uint8Array.from(gate, (value, unit) => {
    const [low, high] = [Math.max(1, Math.min(value, state[unit])), Math.max(1, value, state[unit])];
    return Number.isFinite(low) && high > FACTOR * low ? 1 : 0;
  });

/**
 * Whole powers of ten around all positive values.
 * Infinite values lie one step further, at the end.
 */
export function decades(...all: readonly Float32Array[]): { readonly low: number; readonly high: number } {
  let [low, high, endless] = [Infinity, 0, false];
  for (const values of all) {
    for (const value of values) {
      if (value === Infinity) endless = true;
      else if (value > 0) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  if (!high) [low, high] = [1, 10];
  const below = 10 ** Math.floor(Math.log10(low) + 1e-6);
  return { low: below, high: Math.max(10 ** Math.ceil(Math.log10(high) - 1e-6), 10 * below) * (endless ? 3 : 1) };
}

/** Range symmetric about 0 that holds all values. */
export function evenly(...all: readonly Float32Array[]): { readonly low: number; readonly high: number } {
  const reach =
    all.reduce(
      (most, values) => values.reduce((a, value) => (Number.isFinite(value) ? Math.max(a, Math.abs(value)) : a), most),
      0,
    ) || 1;
  return { low: -reach, high: reach };
}
