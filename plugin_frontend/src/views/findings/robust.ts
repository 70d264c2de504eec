/** Of longer rows, so many values spread evenly tell the median well enough. */
const MOST = 4096;
/** Of a normal distribution: standard deviation by median, and by mean absolute deviation. */
const BY_MEDIAN = 1.4826;
const BY_MEAN = 1.2533;

/** The median of a row and its robust standard deviation; null where it is constant, or has no number. */
export function scaleOf(row: Float32Array): { readonly median: number; readonly deviation: number } | null {
  const values = sample(row);
  const median = middle(values);
  if (Number.isNaN(median)) return null;
  const distance = values.map((value) => Math.abs(value - median));
  const deviation = BY_MEDIAN * middle(distance) || (BY_MEAN * distance.reduce((sum, d) => sum + d, 0)) / distance.length;
  return deviation > 0 ? { median, deviation } : null;
}

function sample(row: Float32Array): Float32Array {
  const finite = row.filter(Number.isFinite);
  if (finite.length <= MOST) return finite;
  return Float32Array.from({ length: MOST }, (_, i) => finite[Math.floor((i * finite.length) / MOST)]);
}

function middle(values: Float32Array): number {
  const order = values.slice().sort();
  const half = order.length >> 1;
  return order.length % 2 ? order[half] : (order[half - 1] + order[half]) / 2;
}
