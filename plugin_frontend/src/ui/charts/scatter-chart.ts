import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { sheet } from '../draw/axes-canvas.ts';
import { palette } from '../draw/axes.ts';
import {
  frameOf,
  isInRug,
  paintScatter,
  RUG,
  spotOf,
  unitAt,
  unitBeside,
  type Direction,
  type Frame,
  type Scatter,
  type ScatterMark,
  type Spot,
} from '../draw/scatter.ts';
import type { ExportTable } from '../export/export-table.ts';
import { formatNumber } from '../format.ts';
import { ResizeController } from '../resize-controller.ts';
import { controls } from '../theme.ts';
import { chartStyle, drawAxes, tooltip } from './chart-parts.ts';
import { labelSpots } from './scatter-labels.ts';

export type { Cloud, Scatter, ScatterMark } from '../draw/scatter.ts';

/** Detail of `rv-pick`. */
export interface Picked {
  /** Index of the point. */
  readonly index: number;
  /** True if the quantity is chosen along with the unit. */
  readonly more: boolean;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const KEYS = 'Arrow keys go from unit to unit, Enter chooses the unit, Shift and Enter the quantity, too';

/** Smaller plots are not drawn, in CSS pixels. */
const SMALLEST = 60;

const differ = (now: readonly number[], before?: readonly number[]) =>
  now.length !== before?.length || now.some((index, i) => index !== before[i]);

/**
 * Scatter chart of units or findings: dots on a canvas, or marks that are buttons.
 * Fires `rv-over` with the index of a point or null, `rv-pick`. Arrows walk from point to point, Home and End to the
 * ends of the x axis, Enter picks.
 */
export class ScatterChart extends LitElement {
  static override properties = {
    scatter: { attribute: false },
    selected: { attribute: false, hasChanged: differ },
    hover: { attribute: false },
    dark: { type: Boolean },
    active: { state: true },
  };
  declare scatter: Scatter | null;
  /** Indices of the selected point, then of further ones. */
  declare selected: readonly number[];
  declare hover: number | null;
  declare dark: boolean;
  /** True while the pointer or the keyboard is in this chart. */
  declare private active: boolean;
  private readonly room = new ResizeController(this);

  static override styles = [
    controls,
    chartStyle,
    css`
      :host {
        height: 230px;
        overflow: hidden;
      }
      canvas,
      svg.chart {
        position: absolute;
        left: 0;
        top: 0;
        display: block;
      }
      svg.points[tabindex] {
        cursor: crosshair;
      }
      .guide {
        stroke: var(--rv-muted);
      }
      .dashed {
        stroke: var(--rv-ink);
        stroke-dasharray: 2 3;
      }
      .ring {
        fill: none;
        stroke-width: 2;
      }
      .ring.ground {
        stroke: var(--rv-page);
        stroke-width: 4;
      }
      .hover {
        stroke: var(--rv-ink);
        fill: var(--rv-ink);
      }
      .join {
        stroke: var(--rv-muted);
        opacity: 0.5;
      }
      .mark {
        cursor: pointer;
        color: var(--rv-ink);
        outline: none;
      }
      .mark.faint {
        color: var(--rv-muted);
      }
      .mark text {
        fill: var(--rv-ink);
        pointer-events: none;
      }
      .whisker {
        fill: none;
        stroke: currentColor;
        opacity: 0.55;
      }
      .dot {
        stroke: currentColor;
        stroke-width: 1.5;
        fill: var(--rv-page);
      }
      .filled .dot {
        fill: currentColor;
      }
      .reach {
        fill: transparent;
        stroke: none;
      }
      .mark:is(.hovered, :focus-visible) .reach {
        stroke: var(--rv-accent);
        stroke-width: 1.5;
      }
      .mark[aria-pressed='true'] .reach {
        stroke: var(--rv-accent);
        stroke-width: 2.5;
      }
    `,
  ];

  constructor() {
    super();
    this.scatter = null;
    this.selected = [];
    this.hover = null;
    this.dark = this.active = false;
  }

  /** Points with their names. */
  exportTable(): ExportTable | null {
    const { scatter } = this;
    if (!scatter) return null;
    const { x, y, across, up } = scatter;
    return {
      kind: 'table',
      name: scatter.label,
      columns: [
        { name: 'name', values: Array.from(x, (_, i) => scatter.nameOf(i)) },
        { name: across.title, values: Array.from(x) },
        { name: up.title, values: Array.from(y) },
      ],
    };
  }

  override render() {
    const { scatter, hover } = this;
    const { width, height } = this.room;
    if (!scatter || width < SMALLEST || height < SMALLEST) return nothing;
    const frame = frameOf(scatter, width, height);
    return html`<svg
        class="chart ground"
        width=${width}
        height=${height}
        viewBox="0 0 ${width} ${height}"
        aria-hidden="true"
      >
        ${this.ground(scatter, frame, height)}</svg
      >${
        scatter.mark
          ? html`<svg
              class="chart points"
              width=${width}
              height=${height}
              viewBox="0 0 ${width} ${height}"
              role="group"
              aria-label=${scatter.label}
              @keydown=${this.keyed}
              @pointerleave=${this.left}
            >
              ${this.marks(scatter, frame)}
            </svg>`
          : html`<canvas class="layer" aria-hidden="true"></canvas
              ><svg
                class="chart points"
                width=${width}
                height=${height}
                viewBox="0 0 ${width} ${height}"
                tabindex="0"
                role="application"
                aria-label=${scatter.label}
                aria-description=${KEYS}
                @pointermove=${this.moved}
                @pointerleave=${this.left}
                @blur=${this.left}
                @click=${this.clicked}
                @keydown=${this.keyed}
              >
                ${this.rings(scatter, frame)}
              </svg>`
      }${this.active && hover !== null && !scatter.mark ? this.tooltip(scatter, frame, hover, width) : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    const onlyHover = changed.size > 0 && [...changed.keys()].every((name) => name === 'hover' || name === 'active');
    if (!onlyHover) this.repaint();
  }

  repaint(ratio?: number): void {
    const { scatter } = this;
    const canvas = this.renderRoot.querySelector('canvas');
    const { width, height } = this.room;
    if (!scatter || !canvas) return;
    const surface = sheet(canvas, width, height, ratio);
    if (surface) paintScatter(surface, scatter, palette(this.dark));
  }

  private ground(scatter: Scatter, frame: Frame, height: number): TemplateResult {
    const { x, y, left, right, top, bottom } = frame;
    const { guide, at, across, up, corners, rug } = scatter;
    const line = (name: string, path: string) => svg`<path class=${name} d=${path}></path>`;
    const horizontal = (name: string, value: number) => line(name, `M${left} ${y.at(value).toFixed(1)}H${right}`);
    const vertical = (name: string, value: number) => line(name, `M${x.at(value).toFixed(1)} ${top}V${bottom}`);
    const between = (x0: number, y0: number, x1: number, y1: number) =>
      line('guide', `M${x.at(x0)} ${y.at(y0)}L${x.at(x1)} ${y.at(y1)}`);
    const [low, high] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
    return svg`${drawAxes({
      box: frame,
      height,
      x,
      y,
      titles: { x: across.title, y: up.title },
      xTicks: x.ticks,
      upright: true,
      labelGap: 14 + (rug === undefined ? 0 : RUG),
    })}
      ${guide === 'sum' ? between(0, 1, 1, 0) : nothing}
      ${guide === 'equal' && high > low ? between(low, low, high, high) : nothing}
      ${guide === 'zero' ? svg`${horizontal('guide', 0)}${vertical('guide', 0)}` : nothing}
      ${at?.x == null ? nothing : vertical('dashed', at.x)}
      ${at?.y == null ? nothing : horizontal('dashed', at.y)}
      ${(corners ?? []).map(
        (corner) =>
          svg`<text class="corner" x=${corner.right ? right - 6 : left + 6} y=${corner.top ? top + 14 : bottom - 6}
            text-anchor=${corner.right ? 'end' : 'start'}>${corner.text}</text>`,
      )}
      ${rug ? svg`<text x=${left} y=${height - 3}>${rug}</text>` : nothing}`;
  }

  private rings(scatter: Scatter, frame: Frame): TemplateResult {
    const { series } = palette(this.dark);
    return svg`${this.selected.map((index, i) => {
      const spot = spotOf(scatter, frame, index);
      return spot ? ring(spot, i ? 4.5 : 6, series[i % series.length]) : nothing;
    })}${this.hover === null ? nothing : ring(spotOf(scatter, frame, this.hover), 8, 'var(--rv-ink)')}`;
  }

  private marks(scatter: Scatter, frame: Frame): TemplateResult {
    const { at, joins, mark } = scatter;
    const spots = Array.from(scatter.x, (_, i) => spotOf(scatter, frame, i));
    const indices = [...spots.keys()].filter((i) => spots[i]);
    const below = indices.filter((i) => isInRug(scatter, i));
    const inside = indices.filter((i) => !isInRug(scatter, i));
    const entry = [...inside, ...below].find((i) => mark!(i).pressed) ?? inside[0] ?? below[0];
    const labels = labelSpots(scatter, frame, inside);
    const { x, top, bottom } = frame;
    return svg`${
      at?.title && at.x !== null
        ? svg`<path class="reach" d="M${x.at(at.x) - 3} ${top}h6V${bottom}h-6z"><title>${at.title}</title></path>`
        : nothing
    }${(joins ?? []).map(([a, b]) => {
      const [from, to] = [spots[a], spots[b]];
      return from && to ? svg`<path class="join" d="M${from.x} ${from.y}L${to.x} ${to.y}"></path>` : nothing;
    })}${[...below, ...inside].map((i) => {
      const point = mark!(i);
      const label = labels.get(i);
      return this.button(
        i,
        point,
        i === entry,
        isInRug(scatter, i)
          ? drawTick(spots[i]!)
          : svg`${drawPoint(point, spots[i]!, frame)}${
              label ? svg`<text x=${label.x} y=${label.y}>${point.label}</text>` : nothing
            }`,
        isInRug(scatter, i),
      );
    })}`;
  }

  private button(index: number, mark: ScatterMark, isEntry: boolean, drawing: TemplateResult, rug: boolean) {
    const classes = [
      'mark',
      mark.filled ? 'filled' : '',
      rug ? 'rug' : '',
      mark.faint ? 'faint' : '',
      mark.hovered ? 'hovered' : '',
    ];
    return svg`<g class=${classes.filter(Boolean).join(' ')} role="button" tabindex=${isEntry ? 0 : -1}
      aria-pressed=${mark.pressed} aria-label=${mark.name} data-index=${index} data-group=${mark.group}
      style=${mark.color ? `color:${mark.color}` : ''} @click=${(event: MouseEvent) => this.pick(index, event)}
      @pointerenter=${() => this.fire('rv-over', index)} @focus=${() => this.fire('rv-over', index)}
      ><title>${mark.name}</title>${drawing}</g>`;
  }

  private tooltip(scatter: Scatter, frame: Frame, index: number, width: number): TemplateResult | typeof nothing {
    const spot = spotOf(scatter, frame, index);
    if (!spot) return nothing;
    const row = (name: string, value: number) => ({ name, color: '', value: formatNumber(value) });
    const rows = [row(scatter.across.title, scatter.x[index]), row(scatter.up.title, scatter.y[index])];
    return tooltip(scatter.nameOf(index), rows, { left: spot.x, width });
  }

  private get frame(): Frame {
    return frameOf(this.scatter!, this.room.width, this.room.height);
  }

  private pointAt(event: MouseEvent, before?: number): number | null {
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    return unitAt(this.scatter!, this.frame, event.clientX - left, event.clientY - top, before);
  }

  private readonly left = (): void => {
    this.active = false;
    this.fire('rv-over', null);
  };

  private readonly moved = (event: PointerEvent): void => {
    this.active = true;
    this.fire('rv-over', this.pointAt(event));
  };

  /** Another click on the same position goes on to the next point that is there. */
  private readonly clicked = (event: MouseEvent): void => {
    const index = this.pointAt(event, event.shiftKey ? undefined : this.selected[0]);
    if (index !== null) this.pick(index, event);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { scatter, hover } = this;
    if (!scatter) return;
    const [selected] = this.selected;
    const target = (event.target as SVGElement).dataset.index;
    const from = target === undefined ? (hover ?? selected ?? 0) : Number(target);
    const direction = DIRECTIONS[event.key];
    const to = direction
      ? (unitBeside(scatter, this.frame, from, direction) ?? from)
      : { Home: endOf(scatter, -1), End: endOf(scatter, 1) }[event.key];
    if (to === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) return this.pick(from, event);
    this.active = true;
    if (scatter.mark) this.renderRoot.querySelector<SVGGElement>(`[data-index="${to}"]`)?.focus();
    else this.fire('rv-over', to);
  };

  private pick(index: number, { shiftKey }: MouseEvent | KeyboardEvent): void {
    this.fire('rv-pick', { index, more: shiftKey });
  }

  private fire(name: string, detail: number | null | Picked): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-scatter-chart', ScatterChart);

/** Index of the leftmost (-1) or rightmost (1) point. */
function endOf({ x }: Scatter, sign: 1 | -1): number {
  let end = 0;
  for (let i = 1; i < x.length; i++) if (Number.isNaN(x[end]) || sign * x[i] > sign * x[end]) end = i;
  return end;
}

const ring = (spot: Spot | null, radius: number, color: string): TemplateResult | typeof nothing =>
  spot
    ? svg`<circle class="ring ground" cx=${spot.x} cy=${spot.y} r=${radius}></circle>
      <circle class="ring" cx=${spot.x} cy=${spot.y} r=${radius} style="stroke:${color}"></circle>
      <circle cx=${spot.x} cy=${spot.y} r="2" style="fill:${color}"></circle>`
    : nothing;

const drawTick = ({ x, y }: Spot): TemplateResult =>
  svg`<path class="dot" d="M${x} ${y - 4}v8"></path>
    <rect class="reach" x=${x - 3} y=${y - RUG / 2} width="6" height=${RUG + 1}></rect>`;

function drawPoint({ shape, interval }: ScatterMark, { x, y }: Spot, { y: scale }: Frame): TemplateResult {
  const end = (value: number, missing: number) => scale.at(Number.isFinite(value) ? value : missing);
  const [low, high] = interval ? [end(interval.low, scale.low), end(interval.high, scale.high)] : [y, y];
  return svg`${
    interval
      ? svg`<path class="whisker" d="M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6"></path>`
      : nothing
  }${
    shape === 'diamond'
      ? svg`<path class="dot" d="M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"></path>`
      : svg`<circle class="dot" cx=${x} cy=${y} r="4"></circle>`
  }<circle class="reach" cx=${x} cy=${y} r="9"></circle>`;
}
