import type { Outputs } from '../../data/types.ts';
import { palette } from '../../ui/draw/axes.ts';
import { SampledSeries } from '../../ui/draw/sampled-series.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { limitsOf, type Band, type BandLine, type LineBand } from '../../ui/draw/signal-bands.ts';
import { forecastPath, seriesOfOutput } from './horizons.ts';
import { lineBand, plain } from './line-band.ts';
import type { SignalParts } from './signal-picture.ts';
import { drawnSteps, residualSeries, seriesOf } from './signal-series.ts';

const OUTPUT_WEIGHT = 1.2;
const RESIDUAL_WEIGHT = 0.6;

/** Output of a recording in the strokes of the recording. */
interface Forecasting {
  readonly own: Outputs;
  readonly letter: string;
  readonly series: number;
}

/**
 * Output over target at the chosen horizon, and the forecast of one step.
 * Below them the residual. Of windows, whose forecast is at their last step, only the second.
 */
export function forecastBands(parts: SignalParts): readonly Band[] {
  const { forecasts, output, span, text } = parts;
  const outputs = forecasts.flatMap(({ text: { outputs: own }, ...recording }) => (own ? [{ ...recording, own }] : []));
  if (!outputs.length) return [];
  const [{ own: first }] = outputs;
  const index = Math.min(output, first.count - 1);
  const ahead = pathBands(parts, outputs, index);
  if (text.targetKind === 'sequence numbers' && ahead.length) return ahead;
  const seriesFor = ({ own }: Forecasting) => seriesOf(own.values, span, own.count, index);
  const target = first.targets && seriesOf(first.targets, span, first.count, index);
  const [band, ...residual] = withResidual(
    parts,
    first.names[index],
    outputs.filter(({ own }) => index < own.count),
    seriesFor,
    target,
  );
  return [band, ...ahead, ...residual];
}

/** Forecast that is made at one step, at the steps that it is about. */
function pathBands(parts: SignalParts, outputs: readonly Forecasting[], index: number): readonly LineBand[] {
  const { span, pathStep, text } = parts;
  const [{ own: first }] = outputs;
  const series = seriesOfOutput(first, index);
  if (pathStep === null || !series || series.horizons.length < 2) return [];
  const path = (values: Float32Array, count: number) =>
    new SampledSeries(forecastPath({ values, count }, series, span.first + pathStep, pathStep, drawnSteps(span)));
  const target = first.targets && path(first.targets, first.count);
  const same = outputs.filter(({ own }) => own.count === first.count);
  const bands = withResidual(
    parts,
    `${series.name} ahead`.trim(),
    same,
    ({ own }) => path(own.values, own.count),
    target,
  );
  const [ahead, ...residual] = bands;
  return text.targetKind === 'sequence numbers' ? [{ ...ahead, hasLegendLeft: true }, ...residual] : [ahead];
}

function withResidual(
  { span, dark }: SignalParts,
  name: string,
  outputs: readonly Forecasting[],
  seriesFor: (forecast: Forecasting) => SampledSeries,
  target: SampledSeries | null,
): readonly LineBand[] {
  const { muted, ink } = palette(dark);
  const isSeveral = outputs.length > 1;
  const lines = outputs.map((forecast): BandLine => {
    const { color, dash } = strokeOf(forecast.series, dark);
    return {
      series: seriesFor(forecast),
      color,
      dash,
      width: 1.3,
      name: isSeveral ? `${forecast.letter} output` : 'output',
    };
  });
  const all = target ? [plain(target, ink, 0.7, 'target'), ...lines] : lines;
  const band = lineBand(name, all, OUTPUT_WEIGHT);
  if (!target || !span.length) return [band];
  const residuals = lines.map((line) => ({
    ...line,
    name: '',
    width: 0.9,
    series: residualSeries(line.series, target),
    color: isSeveral ? line.color : muted,
  }));
  const limits = limitsOf(residuals.map(({ series }) => series));
  const reach = Math.max(Math.abs(limits[0]), Math.abs(limits[1]));
  return [band, lineBand('residual', residuals, RESIDUAL_WEIGHT, [-reach, reach], true)];
}
