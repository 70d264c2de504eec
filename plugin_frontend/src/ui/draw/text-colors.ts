import { categoryColors, type CategoryColor } from './categories.ts';
import { makeColormap, type Colormap } from '../../state/colormap.ts';

/** Categorical colours: a value is the index of a category, NaN is missing. */
export function categoryColormap(categories: readonly CategoryColor[], dark: boolean): Colormap {
  const base = makeColormap({ low: 0, high: 1, diverging: false, dark });
  return {
    ...base,
    low: 0,
    high: categories.length - 1,
    css: categories.map(({ css }) => css),
    ink: categories.map(({ ink }) => ink),
    index: (value) => (Number.isNaN(value) || value >= categories.length ? -1 : value),
  };
}

const cache: Record<string, readonly CategoryColor[]> = {};

/** The same list for the same names. */
export function categoriesOf(names: readonly string[], dark: boolean): readonly CategoryColor[] {
  return (cache[JSON.stringify([names, dark])] ??= categoryColors(names, dark));
}

const SAMPLE = 20_000;

/**
 * Quantile of the finite values, from a regular sample of many.
 * 1 if there are none.
 */
export function nearlyAll(values: Float32Array, share = 0.995): number {
  const every = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = values.filter((value, i) => i % every === 0 && Number.isFinite(value)).sort();
  return sample.length ? sample[Math.min(sample.length - 1, Math.floor(share * sample.length))] || 1 : 1;
}
