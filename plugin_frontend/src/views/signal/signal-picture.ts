import type { Signal, TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import { palette } from '../../ui/draw/axes.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import type { Band, BandLine } from '../../ui/draw/signal-bands.ts';
import { forecastBands } from './forecast-bands.ts';
import { lineBand, plain } from './line-band.ts';
import { seriesOf, type SequenceSpan } from './signal-series.ts';

/** Activity of a unit of a recording. */
export interface UnitTrace {
  readonly letter: string;
  readonly series: number;
  readonly unit: number;
  /** A value for each step of all sequences. */
  readonly values: Float32Array;
  readonly colors: Colormap;
}

/** Outputs of a recording. */
export interface Forecast {
  readonly letter: string;
  readonly series: number;
  readonly text: TokenText;
}

export interface SignalParts {
  readonly text: TokenText;
  readonly signal: Signal;
  readonly span: SequenceSpan;
  /** Chosen unit of each recording. */
  readonly units: readonly UnitTrace[];
  /** Further units of the first recording. */
  readonly further: readonly UnitTrace[];
  readonly quantity: string;
  readonly feature: string;
  readonly mask: Uint8Array | null;
  readonly forecasts: readonly Forecast[];
  /** Index of the output that is shown. */
  readonly output: number;
  /** Step of the sequence whose forecast is drawn ahead; null for none. */
  readonly pathStep: number | null;
  readonly isOverlaid: boolean;
  /** True if the lines of units share a band. */
  readonly sharesBand: boolean;
  readonly dark: boolean;
}

const CHANNEL_WEIGHT = 1;
const UNIT_WEIGHT = 0.9;
const FEATURE_WEIGHT = 0.7;
/** Colours of columns among those of lines: not those of the first two recordings. */
const FIRST_COLUMN = 2;
const FURTHEST = 0.3;

/** Bands of a signal that scroll where there is no room, from above. */
export function signalBands(parts: SignalParts): readonly Band[] {
  return [...channelBands(parts), ...columnBands(parts), ...forecastBands(parts)];
}

/** Bands below them that are always in view: the feature and the units. */
export function activityBands(parts: SignalParts): readonly Band[] {
  return [...featureBand(parts), ...unitBands(parts)];
}

/** Band of the whole sequence: the chosen unit, else the first channel. */
export function overviewBand({ units, signal, span, dark }: SignalParts): Band | null {
  const [unit] = units;
  if (unit)
    return { kind: 'ribbon', name: '', series: seriesOf(unit.values, span), colors: unit.colors, end: span.length };
  if (!signal.channels.length) return null;
  const series = seriesOf(signal.values, span, signal.channels.length);
  return lineBand('', [plain(series, palette(dark).ink, 0.8)], CHANNEL_WEIGHT);
}

function channelBands({ signal, span, isOverlaid, dark }: SignalParts): readonly Band[] {
  const { channels, values } = signal;
  const colors = palette(dark);
  const series = channels.map((_, i) => seriesOf(values, span, channels.length, i));
  if (!isOverlaid || channels.length < 2)
    return channels.map((name, i) => lineBand(name, [plain(series[i], colors.ink, 0.9)], CHANNEL_WEIGHT));
  const lines = channels.map((name, i) => plain(series[i], colors.series[i % colors.series.length], 1, name));
  return [lineBand('channels', lines, Math.min(3, channels.length) * CHANNEL_WEIGHT)];
}

function columnBands({ text, feature, span, dark }: SignalParts): readonly Band[] {
  const { series: colors, muted } = palette(dark);
  return [...text.columns].flatMap(([name, { values, isBoolean }], i): Band[] => {
    const series = seriesOf(values, span);
    if (!isBoolean) return name === feature ? [] : [lineBand(name, [plain(series, muted, 0.8)], FURTHEST)];
    const color = colors[(FIRST_COLUMN + i) % colors.length];
    return [{ kind: 'marks', name, series, color, isShaded: true }];
  });
}

/** Steps at which the feature matches, or the column that is the feature. */
function featureBand({ text, mask, feature, span, dark }: SignalParts): readonly Band[] {
  const column = text.columns.get(feature);
  if (column && !column.isBoolean)
    return [lineBand(feature, [plain(seriesOf(column.values, span), palette(dark).ink, 0.9)], FEATURE_WEIGHT)];
  if (!mask || !feature) return [];
  const series = seriesOf(mask, span);
  return [{ kind: 'marks', name: feature, series, color: palette(dark).ink, isShaded: false }];
}

const unitName = ({ letter, unit }: UnitTrace, isSeveral: boolean) => `${isSeveral ? `${letter} ` : ''}unit ${unit}`;

function unitBands({ units, further, quantity, span, sharesBand, dark }: SignalParts): readonly Band[] {
  const isSeveral = units.length > 1;
  const ribbon = (trace: UnitTrace): Band => ({
    kind: 'ribbon',
    name: unitName(trace, isSeveral),
    series: seriesOf(trace.values, span),
    colors: trace.colors,
    end: span.length,
  });
  const line = (trace: UnitTrace): BandLine => {
    const { color, dash } = strokeOf(trace.series, dark);
    const name = isSeveral ? trace.letter : '';
    return { series: seriesOf(trace.values, span), color, dash: sharesBand ? dash : [], width: 1.2, name };
  };
  const furtherLine = (trace: UnitTrace, i: number): BandLine => ({
    ...line(trace),
    color: palette(dark).series[(units.length + i) % palette(dark).series.length],
    name: `unit ${trace.unit}`,
  });
  const named = (trace: UnitTrace): BandLine =>
    further.length && !isSeveral ? { ...line(trace), name: `unit ${trace.unit}` } : line(trace);
  const ribbons = [...units, ...further].map(ribbon);
  const furtherLines = further.map(furtherLine);
  if ((sharesBand || units.length < 2) && units.length)
    return [...ribbons, lineBand(quantity, [...furtherLines, ...units.map(named)], UNIT_WEIGHT, undefined, true)];
  return [
    ...units.flatMap((trace, i) => [
      ribbon(trace),
      lineBand(quantity, [...(i ? [] : furtherLines), line(trace)], UNIT_WEIGHT, undefined, true),
    ]),
    ...further.map(ribbon),
  ];
}
