import { html, nothing, svg, type TemplateResult } from 'lit';
import type { FixedPoint, LayerDynamics, PointKind } from '../../data/dynamics.ts';
import { formatNumber } from '../../ui/format.ts';
import type { Axes } from './state-points.ts';
import type { PlotLayout } from './state-plot.ts';

/** Fixed or slow point in the plot, with a line along each unstable direction. */
export interface StateMark {
  readonly kind: PointKind;
  readonly at: readonly number[];
  readonly lines: FixedPoint['ends'];
  readonly title: string;
}

/** Radius of a mark in CSS pixels. */
const RADIUS = 5;

/** Points of a layer as marks on some axes; none if the quantity is no state. */
export function stateMarks({ points }: Pick<LayerDynamics, 'points'>, axes: Axes): readonly StateMark[] {
  const chosen = (position: readonly number[]) => axes.map((axis) => position[axis] ?? 0);
  return points.flatMap((point) =>
    point.at
      ? [
          {
            kind: point.kind,
            at: chosen(point.at),
            lines: point.ends.map(([from, to]) => [chosen(from), chosen(to)] as const),
            title: `${kindName(point.kind)}; ${pointSentence(point)}`,
          },
        ]
      : [],
  );
}

export const kindName = (kind: PointKind): string =>
  kind === 'slow' ? 'slow point' : kind === 'stable' ? 'stable fixed point' : 'unstable fixed point';

/** Largest eigenvalue and its time constant, or the speed of a slow point. */
export function pointSentence({ kind, speed, eigenvalues, timeConstants, ends }: FixedPoint): string {
  if (kind === 'slow') return `q = ${formatNumber(speed)}`;
  if (!eigenvalues.length) return '';
  const [[real, imaginary]] = eigenvalues;
  const modulus = Math.hypot(real, imaginary);
  const turns = imaginary ? ', turning' : '';
  const lasts = Number.isFinite(timeConstants[0]) ? `, τ = ${formatNumber(timeConstants[0])} steps` : '';
  const directions = ends.length > 1 ? `, ${ends.length} unstable directions` : '';
  return `largest |λ| = ${formatNumber(modulus)}${turns}${lasts}${directions}`;
}

/** Glyph of a kind of point, in a legend or a plot: filled, hollow, or a cross. */
export function glyph(kind: PointKind, x: number, y: number, radius = RADIUS): TemplateResult {
  const [left, top] = [x.toFixed(1), y.toFixed(1)];
  if (kind !== 'slow') return svg`<circle class="mark ${kind}" cx=${left} cy=${top} r=${radius}></circle>`;
  const [r, d] = [0.7 * radius, 1.4 * radius];
  const path = `M${(x - r).toFixed(1)} ${(y - r).toFixed(1)}l${d} ${d}m0 ${-d}l${-d} ${d}`;
  return svg`<path class="mark ground" d=${path}></path><path class="mark slow" d=${path}></path>`;
}

/** Marks above the states: unstable directions below, stable points on top. */
export function drawMarks(marks: readonly StateMark[], layout: PlotLayout): TemplateResult | typeof nothing {
  if (!marks.length) return nothing;
  const project = (positions: readonly (readonly number[])[]) => {
    const column = (axis: number) => Float32Array.from(positions, (position) => position[axis]);
    return layout.project({ x: column(0), y: column(1), z: positions[0]?.length > 2 ? column(2) : null });
  };
  const order: readonly PointKind[] = ['slow', 'unstable', 'stable'];
  const sorted = [...marks].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const at = project(sorted.map((mark) => mark.at));
  const lines = sorted.flatMap((mark) => mark.lines);
  const ends = lines.length ? [project(lines.map(([from]) => from)), project(lines.map(([, to]) => to))] : null;
  return svg`<g class="marks">${
    ends &&
    lines.map((_, i) => {
      const [from, to] = ends.map(({ x, y }) => `${x[i].toFixed(1)} ${y[i].toFixed(1)}`);
      const path = `M${from}L${to}`;
      return svg`<path class="mark ground" d=${path}></path><path class="mark direction" d=${path}></path>`;
    })
  }${sorted.map(({ kind, title }, i) => svg`<g><title>${title}</title>${glyph(kind, at.x[i], at.y[i])}</g>`)}</g>`;
}

/** Glyphs with their names. */
export const markLegend = (kinds: readonly PointKind[]): TemplateResult =>
  html`${kinds.map(
    (kind) =>
      html`<span class="mark-key"
        ><svg width="14" height="14" aria-hidden="true">${glyph(kind, 7, 7)}</svg>${kindName(kind)}</span
      >`,
  )}`;
