import { html, svg, type TemplateResult } from 'lit';
import type { TokenText } from '../data/types.ts';
import type { Colormap } from '../state/colormap.ts';
import { stepLabel } from '../state/signal-time.ts';
import { linePoints, SampledSeries, stepsOfPixel } from './draw/sampled-series.ts';

/** Width of the drawing in its own units, and of its parts in height. */
const [WIDTH, LINE, RIBBON, GAP] = [240, 18, 8, 2];
/** Channels that are drawn at most. */
const MOST = 3;

/**
 * Piece of a signal: lines of the first channels over the colours of a unit.
 * Each line has a scale of its own, that of the piece.
 *
 * @param values Activity at each step of the piece; null if it is not known.
 * @param stretch Steps between brackets, counted in all sequences; null for none.
 */
export function signalPiece(
  text: TokenText,
  [first, end]: readonly [first: number, end: number],
  values: Float32Array | null,
  colors: Colormap,
  stretch: readonly [first: number, end: number] | null = null,
): TemplateResult {
  const signal = text.signal!;
  const width = signal.channels.length;
  const channels = signal.channels.slice(0, MOST);
  const view = { first: 0, end: end - first };
  const top = channels.length * LINE;
  const height = top + GAP + RIBBON;
  const lines = channels.map((_, channel) => {
    const series = new SampledSeries(
      Float32Array.from({ length: end - first }, (_step, i) => signal.values[(first + i) * width + channel]),
    );
    return pathOf(series, view, channel * LINE);
  });
  const names = `${channels.join(', ')}${width > MOST ? ` and ${width - MOST} more` : ''}`;
  const label = `${names}, ${stepLabel(text, first)} to ${stepLabel(text, end - 1)}`;
  const [from, to] = (stretch ?? [first, first]).map((step) => ((step - first) / (end - first)) * WIDTH);
  return html`<svg
    class="chart"
    style="display:block;width:100%;height:${height}px"
    viewBox="0 0 ${WIDTH} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    <title>${label}</title>
    ${stretch ? ground(from, to, height) : ''}
    ${lines.map(
      (d) => svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1" vector-effect="non-scaling-stroke" />`,
    )}
    ${values ? ribbon(new SampledSeries(values), view, colors, top + GAP) : ''}
  </svg>`;
}

const ground = (from: number, to: number, height: number) =>
  svg`<rect x=${from} y="0" width=${Math.max(1, to - from)} height=${height} fill="rgba(128,128,128,0.18)" />`;

function pathOf(series: SampledSeries, view: { first: number; end: number }, top: number): string {
  const extent = series.extent() ?? { low: 0, high: 1 };
  const span = extent.high - extent.low || 1;
  const points = linePoints(series, view, WIDTH);
  let path = '';
  let command = 'M';
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i])) {
      command = 'M';
      continue;
    }
    const y = top + 1 + (1 - (points[i + 1] - extent.low) / span) * (LINE - 3);
    path += `${command}${points[i].toFixed(1)} ${y.toFixed(1)}`;
    command = 'L';
  }
  return path;
}

function ribbon(series: SampledSeries, view: { first: number; end: number }, colors: Colormap, top: number) {
  const columns = Math.min(WIDTH, series.length);
  return Array.from({ length: columns }, (_, column) => {
    const color = colors.index(series.mean(...stepsOfPixel(view, columns, column, series.length)));
    const fill = color < 0 ? `rgb(${colors.hatch.stripe})` : colors.css[color];
    const x = (column * WIDTH) / columns;
    const width = (WIDTH / columns + 0.3).toFixed(2);
    return svg`<rect x=${x.toFixed(2)} y=${top} width=${width} height=${RIBBON} fill=${fill} />`;
  });
}
