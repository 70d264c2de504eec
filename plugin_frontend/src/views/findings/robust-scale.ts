/**
 * Size of the sample that stands for a longer row.
 * Its median is within 0.03 standard deviations of the row's.
 */
const MOST = 2048;
/** Normal standard deviation by median and mean absolute deviation. */
const BY_MEDIAN = 1.4826;
const BY_MEAN = 1.2533;

export interface Scale {
  readonly median: number;
  /** A robust standard deviation. */
  readonly deviation: number;
}

/** The scale of a row; null where it is constant, or has no number. */
export function scaleOf(row: Float32Array): Scale | null {
  const order = sample(row).sort();
  if (!order.length) return null;
  const median = (order[(order.length - 1) >> 1] + order[order.length >> 1]) / 2;
  const deviation =
    BY_MEDIAN * medianDistance(order, median) ||
    (BY_MEAN * order.reduce((sum, value) => sum + Math.abs(value - median), 0)) / order.length;
  return deviation > 0 ? { median, deviation } : null;
}

function sample(row: Float32Array): Float32Array {
  const values = new Float32Array(Math.min(MOST, row.length));
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = row[Math.floor((i * row.length) / values.length)];
    if (Number.isFinite(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

/**
 * Median distance of sorted values from their middle.
 * It walks from the middle outwards, the nearer side first.
 */
function medianDistance(order: Float32Array, middle: number): number {
  let right = order.findIndex((value) => value >= middle);
  let left = right - 1;
  let [last, before] = [0, 0];
  for (let taken = 0; taken <= order.length >> 1; taken++) {
    const [down, up] = [
      left < 0 ? Infinity : middle - order[left],
      right < order.length ? order[right] - middle : Infinity,
    ];
    before = last;
    last = Math.min(down, up);
    if (down < up) left--;
    else right++;
  }
  return order.length % 2 ? last : (before + last) / 2;
}
