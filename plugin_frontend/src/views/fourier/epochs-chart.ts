import type { AxisWords } from '../../state/store.ts';
import type { ChartPicture, Line, LineChartModel, Marker } from '../../ui/charts/line-layout.ts';
import { NYQUIST, period, type BandLimits } from '../../ui/draw/spectrum.ts';
import type { FrequencyUnit } from '../../state/signal-time.ts';
import { formatNumber, formatPValue } from '../../ui/format.ts';
import type { Dot, Track } from './epoch-tracks.ts';
import { isSignificantAt } from './peaks.ts';
import { type Wording } from '../../state/wording.ts';

/** Radius of the marker of the largest and of the smallest peak, in CSS pixels. */
const [LARGEST, SMALLEST] = [7, 2.5];

export interface EpochsOptions {
  readonly tracks: readonly Track[];
  /** Spectra of one unit, behind the tracks. */
  readonly picture: ChartPicture;
  readonly steps: readonly number[];
  /** Selected step. */
  readonly now: number | null;
  readonly band: BandLimits;
  readonly axis: AxisWords;
  readonly wording: Wording;
  /** Unit of time of a signal; null without one. */
  readonly time: FrequencyUnit | null;
}

/**
 * Line chart of each unit's strongest peak by step, over the spectra of one unit.
 * The markers of higher peaks are larger; those above noise are filled.
 */
export function epochsChart({ tracks, picture, steps, now, band, axis, wording, time }: EpochsOptions): LineChartModel {
  const periodOf = (frequency: number) => wording(period(frequency, time));
  const amplitudes = tracks.flatMap(({ dots }) => dots.map(({ amplitude }) => amplitude)).filter(Number.isFinite);
  const highest = Math.max(0, ...amplitudes) || 1;
  return {
    label: describe(tracks, axis, periodOf),
    x: { low: steps[0] ?? 0, high: steps.at(-1) ?? 0, title: axis.singular, inset: LARGEST + 1 },
    y: { low: 0, high: NYQUIST, title: wording('cycles per token') },
    lines: tracks.map((track): Line => ({
      name: track.name,
      label: '',
      color: track.color,
      at: track.dots.map(({ step }) => step),
      values: track.dots.map(({ frequency }) => frequency),
      unjoined: true,
      marker: (i) =>
        markerOf(
          track,
          track.dots[i],
          highest,
          (dot) => `${axis.name(dot.step)}: ${wording(at(dot))}, ${periodOf(dot.frequency)}`,
        ),
    })),
    picture,
    shades: [
      { low: 0, high: band.low },
      { low: band.high, high: NYQUIST },
    ],
    stops: steps,
    nameOf: axis.name,
    format: (frequency) => `${frequency.toFixed(3)}, ${periodOf(frequency)}`,
    now: now === null ? [] : [{ stop: now }],
  };
}

const at = ({ frequency }: Dot) => `${frequency.toFixed(3)} cycles per token`;

function markerOf({ name, shape }: Track, dot: Dot, highest: number, positionOf: (dot: Dot) => string): Marker {
  const { amplitude, q } = dot;
  const significant = isSignificantAt(q);
  const peak = `${name}, ${positionOf(dot)}`;
  return {
    filled: significant === true,
    shape,
    radius: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(0, amplitude) / highest),
    title: `${peak}, amplitude ${formatNumber(amplitude)}${significant === null ? '' : `, q ${formatPValue(q)}`}`,
  };
}

function describe([first]: readonly Track[], axis: AxisWords, periodOf: (frequency: number) => string): string {
  const last = first?.dots.at(-1);
  const peak = last ? `. ${first.name}: ${periodOf(last.frequency)} at ${axis.name(last.step)}` : ': none';
  return `Strongest peaks over the steps${peak}`;
}
