import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { fillOf, patterns } from './category-pattern.ts';
import { areaPath, linePath } from '../draw/curve.ts';
import type { Scale } from '../draw/plot-scale.ts';
import type { ExportTable } from '../export/export-table.ts';
import { formatNumber, truncate } from '../format.ts';
import { ResizeController } from '../resize-controller.ts';
import { emptyPanel } from '../state-panel.ts';
import { controls } from '../theme.ts';
import { chartStyle, drawAxes, tooltip } from './chart-parts.ts';
import {
  barsOf,
  columnsOf,
  layoutLines,
  positionOf,
  stopNear,
  valuesAt,
  type Line,
  type LineChartModel,
  type LineLayout,
  type Marker,
} from './line-layout.ts';

export type { Band, ChartAxis, Line, LineChartModel, Marker, MarkerShape, Now } from './line-layout.ts';

/** Height of a chart that does not fill its container. */
const HEIGHT = 150;
/** Lines whose values are read aloud. */
const SPOKEN = 8;

/**
 * Line chart over steps, times or frequencies; lines may be stacked bars.
 * Fires `rv-over` with a stop or null, `rv-level` with the y under the pointer or null, `rv-choose` with a stop. Left,
 * Right, Home and End go from stop to stop, Enter chooses.
 */
export class LineChart extends LitElement {
  static override properties = {
    chart: { attribute: false },
    hover: { attribute: false },
    level: { attribute: false },
    chooses: { type: Boolean },
    fills: { type: Boolean, reflect: true },
    active: { state: true },
  };
  declare chart: LineChartModel | null;
  declare hover: number | null;
  /** Value of y that is pointed at, drawn as a horizontal line. */
  declare level: number | null;
  /** True if a stop can be chosen. */
  declare chooses: boolean;
  /** True if the chart takes the size of its container. */
  declare fills: boolean;
  /** True while the pointer or the keyboard is in this chart. */
  declare private active: boolean;
  private readonly room = new ResizeController(this);
  private layout: LineLayout | null = null;
  private width = 0;
  private height = HEIGHT;
  /** Stop reached by the keyboard, independent of the pointer; null if there is none. */
  private reached: number | null = null;

  static override styles = [
    controls,
    chartStyle,
    css`
      :host {
        min-height: ${HEIGHT}px;
      }
      :host([fills]) {
        position: absolute;
        inset: 0;
        min-height: 0;
        overflow: hidden;
      }
      svg {
        width: 100%;
      }
      .line,
      .raw {
        fill: none;
        stroke-width: 1.5;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .raw {
        stroke-width: 1;
        stroke-opacity: 0.35;
      }
      .faint {
        stroke: var(--rv-bar);
        stroke-width: 1;
        opacity: 0.45;
      }
      .band {
        opacity: 0.18;
        stroke: none;
      }
      .now {
        stroke: var(--rv-accent);
        stroke-width: 2;
        opacity: 0.7;
      }
      .hover {
        stroke: var(--rv-ink);
      }
      .column {
        image-rendering: pixelated;
      }
      .shade {
        fill: var(--rv-page);
        opacity: 0.72;
        pointer-events: none;
      }
      .name {
        font-weight: 500;
      }
    `,
  ];

  constructor() {
    super();
    this.chart = null;
    this.hover = this.level = null;
    this.chooses = this.fills = this.active = false;
  }

  /** Points of all lines, one a row. */
  exportTable(): ExportTable | null {
    const { chart } = this;
    if (!chart) return null;
    const rows = chart.lines.flatMap(({ name, at, values }) =>
      Array.from(at, (x, i) => [name, x, values[i] ?? null] as const),
    );
    const titles = ['line', chart.x.title ?? 'x', chart.y.title ?? 'value'];
    return {
      kind: 'table',
      name: chart.label,
      columns: titles.map((name, c) => ({ name, values: rows.map((row) => row[c]) })),
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const width = this.room.width || 320;
    const height = (this.fills && this.room.height) || HEIGHT;
    if (!changed.has('chart') && width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.layout = this.chart && isDrawable(this.chart) ? layoutLines(this.chart, width, height) : null;
  }

  override render() {
    const { chart, layout, hover, level, height } = this;
    if (!chart) return nothing;
    if (!layout)
      return emptyPanel(chart.y.scale === 'log' ? 'No value is above zero.' : 'No value is a number.', 'fill');
    const { x, y, left, right, stops } = layout;
    const at = this.here ?? stops[0] ?? x.low;
    return html`<svg
        class="chart"
        width=${this.width}
        height=${height}
        viewBox="0 0 ${this.width} ${height}"
        tabindex="0"
        data-scrolls
        role="slider"
        aria-label=${chart.label}
        aria-valuetext=${spoken(chart, at)}
        aria-valuenow=${at}
        aria-valuemin=${stops[0] ?? x.low}
        aria-valuemax=${stops.at(-1) ?? x.high}
        style=${this.chooses ? 'cursor: pointer' : ''}
        @pointermove=${this.moved}
        @pointerleave=${this.left}
        @blur=${this.left}
        @click=${this.clicked}
        @keydown=${this.keyed}
      >
        ${svg`
        ${drawAxes({
          box: layout,
          height,
          x,
          y,
          titles: { x: chart.x.title, y: chart.y.title },
          xTicks: layout.xTicks,
        })}
        ${
          chart.picture
            ? columnsOf(chart.picture, layout).map(
                ({ stop, url, start, width }) =>
                  svg`<image class="column" data-step=${stop} href=${url} x=${start.toFixed(2)} y=${y.at(y.high)}
                    width=${(width + 0.4).toFixed(2)} height=${y.at(y.low) - y.at(y.high)}
                    preserveAspectRatio="none"></image>`,
              )
            : nothing
        }
        ${patterns(chart.lines.flatMap(({ category }) => category ?? []))}
        ${barsOf(chart.lines, layout).map(
          ({ line, stop, left: start, width, top, height: tall }) =>
            svg`<rect class="stacked" data-step=${stop} data-name=${line.name}
              fill=${line.category ? fillOf(line.category) : line.color} fill-opacity=${line.pale ? 0.25 : nothing}
              x=${start.toFixed(2)} y=${top.toFixed(2)} width=${width.toFixed(2)} height=${tall.toFixed(2)}></rect>`,
        )}
        ${chart.now.map(({ stop, color, run }) => rule('now', layout, positionOf(chart, stop, run), stop, color))}
        ${(chart.bands ?? []).map(
          (band) =>
            svg`<path class="band" fill=${band.color} d=${areaPath(band.at, band.low, band.high, x, y)}></path>`,
        )}
        ${chart.lines.map(({ raw, at: positions, color }) =>
          raw ? svg`<path class="raw" d=${linePath(positions, raw, x, y)} stroke=${color}></path>` : nothing,
        )}
        ${chart.lines.map((line) => drawLine(line, x, y))}
        ${level === null ? nothing : svg`<path class="hover" d="M${left} ${y.at(level).toFixed(1)}H${right}"></path>`}
        ${drawMark(chart, layout)}
        ${(chart.shades ?? []).map(
          ({ low, high }) =>
            svg`<rect class="shade" x=${left} y=${y.at(high)} width=${right - left}
              height=${Math.max(0, y.at(low) - y.at(high))}></rect>`,
        )}
        ${hover === null ? nothing : rule('hover', layout, positionOf(chart, hover), hover)}
        ${hover === null ? nothing : dots(chart, layout, hover)}
        ${layout.names.map(
          ({ text, color, top }) =>
            svg`<text class="name" x=${right + 8} y=${top.toFixed(1)} style="fill:${color}">${text}</text>`,
        )}
      `}
      </svg>
      ${this.active && hover !== null ? this.tooltip(chart, layout, hover) : nothing}`;
  }

  private tooltip(chart: LineChartModel, { x }: LineLayout, stop: number): TemplateResult | typeof nothing {
    const values = valuesAt(chart, stop);
    const format = chart.format ?? formatNumber;
    return values.length
      ? tooltip(
          chart.nameOf(stop),
          values.map(({ line, value }) => ({ name: line.name, color: line.color, value: format(value) })),
          { left: x.at(values[0].at), width: this.width },
        )
      : nothing;
  }

  /** The stop from which the keyboard goes on. */
  private get here(): number | null {
    const { chart, hover } = this;
    return this.reached ?? hover ?? chart?.now[0]?.stop ?? null;
  }

  private stopAt(event: MouseEvent): number | null {
    const { chart, layout } = this;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return chart && layout && stopNear(chart, layout, event.clientX - box.left);
  }

  private readonly left = (): void => {
    this.reached = null;
    this.active = false;
    this.fire('rv-over', null);
    this.fire('rv-level', null);
  };

  private readonly moved = (event: PointerEvent): void => {
    this.active = true;
    this.fire('rv-over', this.stopAt(event));
    this.fire('rv-level', this.levelAt(event));
  };

  private levelAt(event: MouseEvent): number | null {
    const { layout } = this;
    if (!layout) return null;
    const { y } = layout;
    const value = y.valueAt(event.clientY - (event.currentTarget as Element).getBoundingClientRect().top);
    return value >= y.low && value <= y.high ? value : null;
  }

  private readonly clicked = (event: MouseEvent): void => {
    const stop = this.stopAt(event);
    if (this.chooses && stop !== null) this.fire('rv-choose', stop);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const stops = this.layout?.stops ?? [];
    const { here } = this;
    const last = stops.length - 1;
    if (last < 0) return;
    const at = here === null ? null : closest(stops, here);
    const to = {
      ArrowLeft: at === null ? last : Math.max(0, at - 1),
      ArrowRight: at === null ? 0 : Math.min(last, at + 1),
      Home: 0,
      End: last,
    }[event.key];
    const isChoice = (event.key === 'Enter' || event.key === ' ') && this.chooses && at !== null;
    if (to === undefined && !isChoice) return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) return this.fire('rv-choose', stops[at!]);
    this.reached = stops[to];
    this.active = true;
    this.fire('rv-over', this.reached);
  };

  private fire(name: string, detail: number | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-line-chart', LineChart);

const closest = (stops: readonly number[], stop: number): number =>
  stops.reduce((best, one, i) => (Math.abs(one - stop) < Math.abs(stops[best] - stop) ? i : best), 0);

const isDrawable = ({ y, lines, picture }: LineChartModel): boolean =>
  picture !== undefined ||
  lines.some(({ values }) =>
    Array.from(values).some((value) => Number.isFinite(value) && (y.scale !== 'log' || value > 0)),
  );

function spoken(chart: LineChartModel, stop: number): string {
  const format = chart.format ?? formatNumber;
  const values = valuesAt(chart, stop)
    .slice(0, SPOKEN)
    .map(({ line, value }) => `${truncate(line.name)} ${format(value)}`.trim());
  return values.length ? `${chart.nameOf(stop)}: ${values.join(', ')}` : chart.nameOf(stop);
}

function rule(name: string, { x, top, bottom }: LineLayout, at: number | null, stop: number, color?: string) {
  if (at === null) return nothing;
  return svg`<path class=${name} data-step=${stop} d="M${x.at(at).toFixed(1)} ${top}V${bottom}"
    style=${color ? `stroke:${color}` : nothing}></path>`;
}

/** Points of the lines at a stop, except for lines that have markers. */
const dots = (chart: LineChartModel, { x, y }: LineLayout, stop: number) =>
  valuesAt(chart, stop)
    .filter(({ line, value }) => !line.marker && !line.stacked && Number.isFinite(y.at(value)))
    .map(({ line, at, value }) => drawMarker(x.at(at), y.at(value), line.color, { filled: true }));

function drawLine(line: Line, x: Scale, y: Scale): TemplateResult {
  const { name, run, at, values, color, dash, faint, stacked, unjoined, marker } = line;
  return svg`${
    unjoined || stacked
      ? nothing
      : svg`<path class=${faint ? 'line faint' : 'line'} data-run=${run ?? nothing}
      stroke=${faint ? nothing : color} stroke-dasharray=${dash || nothing} d=${linePath(at, values, x, y)}>${
        name ? svg`<title>${name}</title>` : nothing
      }</path>`
  }
    ${
      marker
        ? Array.from(values, (value, i) =>
            Number.isFinite(value) ? drawMarker(x.at(at[i]), y.at(value), color, marker(i)) : nothing,
          )
        : nothing
    }`;
}

function drawMark({ mark }: LineChartModel, { x, y, top }: LineLayout): TemplateResult | typeof nothing {
  if (!mark) return nothing;
  const [left, height] = [x.at(mark.x), y.at(mark.y)];
  const late = mark.x > (x.low + x.high) / 2;
  return svg`${drawMarker(left, height, mark.color, mark)}<text class="name"
    x=${left + (late ? -8 : 8)} y=${Math.max(top + 4, height + 4)}
    text-anchor=${late ? 'end' : 'start'}>${mark.words}</text>`;
}

function drawMarker(left: number, top: number, color: string, { filled, shape, radius: r = 3, title: text }: Marker) {
  const name = filled ? 'filled' : 'hollow';
  const fill = filled ? `fill:${color}` : 'fill:var(--rv-page)';
  const words = text ? svg`<title>${text}</title>` : nothing;
  if (shape === undefined || shape === 'circle')
    return svg`<circle class=${name} cx=${left.toFixed(1)} cy=${top.toFixed(1)} r=${r} stroke=${color}
      stroke-width="1.5" style=${fill}>${words}</circle>`;
  const path =
    shape === 'square'
      ? `M${left - r} ${top - r}h${2 * r}v${2 * r}h${-2 * r}z`
      : `M${left} ${top - r}l${r} ${1.8 * r}h${-2 * r}z`;
  return svg`<path class=${name} d=${path} stroke=${color} stroke-width="1.5" style=${fill}>${words}</path>`;
}
