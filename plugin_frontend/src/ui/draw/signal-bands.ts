import type { Colormap } from '../../state/colormap.ts';
import type { SampledSeries } from './sampled-series.ts';

/** Line of a band. */
export interface BandLine {
  readonly series: SampledSeries;
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
  /** Name in the legend of the band; empty for none. */
  readonly name: string;
}

/** Band with lines on a scale of its own. */
export interface LineBand {
  readonly kind: 'lines';
  readonly name: string;
  readonly lines: readonly BandLine[];
  readonly low: number;
  readonly high: number;
  /** True for a rule at zero. */
  readonly hasZero: boolean;
  /** Share of the height that is left. */
  readonly weight: number;
  /** True for a legend at the left, of lines that are at the right. */
  readonly hasLegendLeft?: boolean;
}

/** Band in which every step has the colour of a value. */
export interface RibbonBand {
  readonly kind: 'ribbon';
  readonly name: string;
  readonly series: SampledSeries;
  readonly colors: Colormap;
  /** Number of steps that have a colour. */
  readonly end: number;
}

/** Band in which the steps that count are filled. */
export interface MarkBand {
  readonly kind: 'marks';
  readonly name: string;
  /** 1 where a step counts, 0 elsewhere, NaN where it is not known. */
  readonly series: SampledSeries;
  readonly color: string;
  /** True if the stretches are shaded behind the lines as well. */
  readonly isShaded: boolean;
}

export type Band = LineBand | RibbonBand | MarkBand;

/** Pixels of bands of fixed height, and the least of the others. */
const HEIGHTS = { ribbon: 16, marks: 11, lines: 40 } as const;
/** Pixels between bands. */
const GAP = 5;
/** Pixels above the first band. */
const TOP = 5;

/** Top and height of each band in pixels. */
export interface BandLayout {
  readonly tops: readonly number[];
  readonly heights: readonly number[];
  /** Height of all bands, which may be more than there is room for. */
  readonly height: number;
}

/** Layout of bands in a height: lines share what the others leave, by weight. */
export function layOutBands(bands: readonly Band[], room: number): BandLayout {
  const weight = bands.reduce((sum, band) => sum + (band.kind === 'lines' ? band.weight : 0), 0);
  const fixed = bands.reduce((sum, band) => sum + (band.kind === 'lines' ? 0 : HEIGHTS[band.kind]), 0);
  const free = room - TOP - fixed - GAP * bands.length;
  const heights = bands.map((band) =>
    band.kind === 'lines'
      ? Math.max(HEIGHTS.lines, Math.floor((free * band.weight) / Math.max(weight, 1)))
      : HEIGHTS[band.kind],
  );
  let top = TOP;
  const tops = heights.map((height) => {
    const own = top;
    top += height + GAP;
    return own;
  });
  return { tops, heights, height: top };
}

/** Common limits of lines, with a margin; 0 and 1 without any number. */
export function limitsOf(lines: readonly SampledSeries[], margin = 0.06): readonly [low: number, high: number] {
  const extents = lines.map((series) => series.extent()).filter((extent) => extent !== null);
  if (!extents.length) return [0, 1];
  const low = Math.min(...extents.map((extent) => extent.low));
  const high = Math.max(...extents.map((extent) => extent.high));
  const reach = (high - low) * margin || Math.abs(high) * margin || 1;
  return [low - reach, high + reach];
}
