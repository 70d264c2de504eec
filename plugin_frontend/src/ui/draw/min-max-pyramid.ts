/** Steps of a block on the lowest level; shorter ranges are read from the values. */
const BLOCK = 2;

/** Lowest and highest value of a range. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

interface Level {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * Min-max pyramid of a series: extremes of blocks of 2, 4, 8, … steps.
 * It is built once in time proportional to the length; the extremes of any range then take a time that is
 * logarithmic in its length. NaN is left out.
 */
export class MinMaxPyramid {
  private readonly levels: Level[] = [];

  constructor(readonly values: Float32Array) {
    let below: Level = { low: values, high: values };
    while (below.low.length > 1) {
      const length = Math.ceil(below.low.length / BLOCK);
      const low = new Float32Array(length);
      const high = new Float32Array(length);
      for (let i = 0, from = 0; i < length; i++, from += BLOCK) {
        low[i] = below.low[from];
        high[i] = below.high[from];
        const [nextLow, nextHigh] = [below.low[from + 1], below.high[from + 1]];
        // A comparison with NaN is false: the other value stays.
        if (!(low[i] <= nextLow) && nextLow === nextLow) low[i] = nextLow;
        if (!(high[i] >= nextHigh) && nextHigh === nextHigh) high[i] = nextHigh;
      }
      this.levels.push((below = { low, high }));
    }
  }

  /** Extremes of the steps from `first` to before `end`; null if all are missing. */
  extent(first: number, end: number): Extent | null {
    let [from, to] = [Math.max(0, first), Math.min(this.values.length, end)];
    let [low, high] = [Infinity, -Infinity];
    const take = (lows: Float32Array, highs: Float32Array, at: number) => {
      if (lows[at] < low) low = lows[at];
      if (highs[at] > high) high = highs[at];
    };
    let level: Level = { low: this.values, high: this.values };
    for (let k = 0; from < to; k++) {
      if (from & 1) take(level.low, level.high, from++);
      if (to & 1) take(level.low, level.high, --to);
      if (from >= to) break;
      level = this.levels[k];
      from >>= 1;
      to >>= 1;
    }
    return low <= high ? { low, high } : null;
  }
}
