export const MOST_ROWS = 128;

/** Line of the surface: one unit, or several that share it if there are too many. */
export interface SurfaceRow {
  readonly units: readonly [first: number, end: number];
  readonly values: Float32Array;
}

/** Rows that hang together; between groups there is a gap. */
export type SurfaceGroup = readonly SurfaceRow[];

/**
 * At most `most` rows.
 * If there are more units, neighbours share one row of the largest absolute values.
 */
export function poolRows(units: number, values: (unit: number) => Float32Array, most = MOST_ROWS): SurfaceRow[] {
  const share = Math.max(1, Math.ceil(units / most));
  return Array.from({ length: Math.ceil(units / share) }, (_, i) => {
    const first = i * share;
    const end = Math.min(units, first + share);
    if (share === 1) return { units: [first, end], values: values(first) };
    const pooled = new Float32Array(values(first));
    for (let unit = first + 1; unit < end; unit++) {
      values(unit).forEach((value, b) => {
        if (!(Math.abs(pooled[b]) >= Math.abs(value)) && !Number.isNaN(value)) pooled[b] = value;
      });
    }
    return { units: [first, end], values: pooled };
  });
}
