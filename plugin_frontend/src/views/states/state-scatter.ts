import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { chartStyle, drawAxes, tooltip } from '../../ui/charts/chart-parts.ts';
import { Drag } from '../../ui/drag.ts';
import { screenRatio, sheet } from '../../ui/draw/axes-canvas.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { controls } from '../../ui/theme.ts';
import { latest } from '../../ui/view-part.ts';
import { byRank, colorBytes, paintDots } from './paint-points.ts';
import type { Brush } from './state-brush.ts';
import { drawMarks, type StateMark } from './state-marks.ts';
import { markStyle } from './states-style.ts';
import type { PointColors } from './state-colors.ts';
import { depthRanks, pathThrough, plotLayout, pointNear, type PlotAxis, type PlotLayout } from './state-plot.ts';
import type { StatePoints } from './state-points.ts';

/** Trajectory through points, from the first to before the end. */
export interface Trail {
  readonly first: number;
  readonly end: number;
  readonly color: string;
  readonly name: string;
}

export interface StateScatterModel {
  readonly points: StatePoints;
  readonly colors: PointColors;
  readonly axes: readonly PlotAxis[];
  readonly turn: readonly [yaw: number, pitch: number];
  /** 1 where a point stands out from the others; null if none does. */
  readonly strong: Uint8Array | null;
  readonly brush: Brush | null;
  readonly label: string;
  nameOf(index: number): string;
}

/** Detail of `rv-pick`. */
export interface PickedState {
  readonly index: number;
  /** True if the sequence is added to those that stay. */
  readonly more: boolean;
}

const SMALLEST = 60;
/** Quarter turns for a drag over the whole plot. */
const TURN = Math.PI;
const KEYS =
  'Left and Right go from state to state in time, Page Up and Page Down by ten, Home and End to the ends. ' +
  'Enter keeps the token, Shift and Enter its trajectory, b selects the states around it, Escape selects none. ' +
  'With three components, Shift and arrows turn.';
/** Half of the rectangle that a key selects, as a share of the axes. */
const NEAR = 0.06;

/**
 * States as dots on a canvas, with trajectories and marks above them.
 * Fires `rv-over` with a point or null, `rv-pick`, `rv-brush` with a rectangle or null, `rv-turn` with yaw and pitch.
 */
export class StateScatter extends LitElement {
  static override properties = {
    model: { attribute: false },
    trails: { attribute: false },
    marks: { attribute: false },
    hover: { attribute: false },
    pinned: { attribute: false },
    dark: { type: Boolean },
    active: { state: true },
    dragged: { state: true },
  };
  declare model: StateScatterModel | null;
  declare trails: readonly Trail[];
  declare marks: readonly StateMark[];
  /** Points that are pointed at and pinned; null for none. */
  declare hover: number | null;
  declare pinned: number | null;
  declare dark: boolean;
  declare private active: boolean;
  /** Rectangle while it is dragged, in CSS pixels. */
  declare private dragged: readonly [x0: number, y0: number, x1: number, y1: number] | null;
  private readonly room = new ResizeController(this);
  private readonly drag = new Drag<readonly [number, number]>();
  private readonly layoutOf = latest(plotLayout);
  private readonly sizeOf = latest((width: number, height: number) => ({ width, height }));
  private readonly colorsOf = latest(({ tokens }: StatePoints, { rgb }: PointColors) =>
    colorBytes(tokens.length, (i) => rgb(tokens[i], i)),
  );

  private readonly ranksOf = latest(({ tokens }: StatePoints, { rank }: PointColors) =>
    Uint8Array.from(tokens, (token, i) => rank(token, i)),
  );

  static override styles = [
    controls,
    chartStyle,
    markStyle,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
      }
      canvas,
      svg.chart {
        position: absolute;
        left: 0;
        top: 0;
        display: block;
      }
      svg.points {
        cursor: crosshair;
        touch-action: none;
      }
      .halo {
        fill: none;
        stroke: var(--rv-page);
        stroke-width: 4;
        opacity: 0.75;
      }
      .trail {
        fill: none;
        stroke-width: 1.5;
        stroke-linejoin: round;
      }
      .start {
        fill: var(--rv-page);
        stroke-width: 2;
      }
      .ring {
        fill: none;
        stroke: var(--rv-ink);
        stroke-width: 2;
      }
      .ring.ground {
        stroke: var(--rv-page);
        stroke-width: 4.5;
      }
      .pinned {
        fill: none;
        stroke: var(--rv-accent);
        stroke-width: 2.5;
      }
      .brush {
        fill: var(--rv-hover);
        stroke: var(--rv-accent);
        stroke-width: 1.5;
      }
      .arm {
        stroke: var(--rv-ink);
      }
      .tip {
        fill: var(--rv-ink);
        stroke: var(--rv-page);
        stroke-width: 3;
        paint-order: stroke;
      }
    `,
  ];

  constructor() {
    super();
    this.model = this.hover = this.pinned = this.dragged = null;
    this.trails = [];
    this.marks = [];
    this.dark = this.active = false;
  }

  override render(): TemplateResult | typeof nothing {
    const { model, hover } = this;
    const { width, height } = this.room;
    if (!model || width < SMALLEST || height < SMALLEST) return nothing;
    const layout = this.layout(model);
    return html`<svg
        class="chart ground"
        width=${width}
        height=${height}
        viewBox="0 0 ${width} ${height}"
        aria-hidden="true"
      >
        ${this.ground(model, layout)}</svg
      ><canvas aria-hidden="true"></canvas
      ><svg
        class="chart points"
        width=${width}
        height=${height}
        viewBox="0 0 ${width} ${height}"
        tabindex="0"
        role="application"
        aria-label=${model.label}
        aria-description=${KEYS}
        @pointerdown=${this.pressed}
        @pointermove=${this.moved}
        @pointerup=${this.released}
        @pointercancel=${this.cancelled}
        @pointerleave=${this.left}
        @blur=${this.left}
        @keydown=${this.keyed}
      >
        ${layout.arms.map((arm) => drawArm(arm, layout))} ${this.trails.map((trail) => drawTrail(trail, layout))}
        ${drawMarks(this.marks, layout)} ${this.brushed(model, layout)} ${ring('pinned', layout, this.pinned, 6)}
        ${ring('ring ground', layout, hover, 5)} ${ring('ring', layout, hover, 5)}
      </svg>
      ${this.active && hover !== null ? this.tip(model, layout, hover) : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    const light = ['hover', 'pinned', 'trails', 'marks', 'active', 'dragged'];
    if (!changed.size || [...changed.keys()].some((name) => !light.includes(String(name)))) this.repaint();
  }

  repaint(ratio: number = screenRatio()): void {
    const { model } = this;
    const canvas = this.renderRoot.querySelector('canvas');
    const { width, height } = this.room;
    if (!model || !canvas || width < SMALLEST || height < SMALLEST) return;
    const surface = sheet(canvas, width, height, ratio);
    if (!surface) return;
    const layout = this.layout(model);
    const { points, colors, strong } = model;
    const count = points.tokens.length;
    const image = surface.context.createImageData(canvas.width, canvas.height);
    const ranks = layout.depth ? depthRanks(layout.depth) : this.ranksOf(points, colors).slice();
    const [full, pale] = count > 20_000 ? [110, 30] : count > 3000 ? [165, 56] : [215, 70];
    if (strong) for (let i = 0; i < count; i++) ranks[i] = strong[i] ? 128 + (ranks[i] >> 1) : ranks[i] >> 1;
    paintDots(
      { data: image.data, width: canvas.width, height: canvas.height },
      {
        x: layout.x.map((value) => value * ratio),
        y: layout.y.map((value) => value * ratio),
        rgb: this.colorsOf(points, colors),
        opacity: strong ? strong.map((on) => (on ? Math.max(full, 190) : pale)) : new Uint8Array(count).fill(full),
        order: byRank(ranks),
        radius: ratio * (count > 20_000 ? 1 : count > 3000 ? 1.5 : count > 600 ? 2 : 2.75),
      },
    );
    surface.context.putImageData(image, 0, 0);
  }

  private layout({ points, axes, turn }: StateScatterModel): PlotLayout {
    return this.layoutOf(points, axes, this.sizeOf(this.room.width, this.room.height), turn);
  }

  private ground({ axes }: StateScatterModel, { box, height, scales }: PlotLayout): TemplateResult {
    if (!scales) return svg``;
    const titles = { x: axes[0].title, y: axes[1]?.title };
    return svg`${drawAxes({ box, height, x: scales.x, y: scales.y, titles, xTicks: scales.x.ticks, upright: true })}`;
  }

  private brushed({ brush }: StateScatterModel, { scales, box: edges }: PlotLayout): TemplateResult | typeof nothing {
    const { dragged } = this;
    if (dragged) return rectangle(dragged, edges);
    if (!brush || !scales) return nothing;
    const { x, y } = scales;
    return rectangle([x.at(brush.left), y.at(brush.bottom), x.at(brush.right), y.at(brush.top)], edges);
  }

  private tip(model: StateScatterModel, layout: PlotLayout, index: number): TemplateResult {
    const { colors, points } = model;
    const value = colors.valueOf(points.tokens[index], index);
    const rows = value ? [{ name: colors.title, color: '', value }] : [];
    return tooltip(model.nameOf(index), rows, { left: layout.x[index], width: layout.width });
  }

  private position(event: MouseEvent): readonly [number, number] {
    const { left, top } = this.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private readonly pressed = (event: PointerEvent): void => {
    if (event.button === 0) this.drag.begin(event, this.model?.points.z ? this.model.turn : this.position(event));
  };

  private readonly moved = (event: PointerEvent): void => {
    const { model } = this;
    if (!model) return;
    this.active = true;
    if (this.drag.going) {
      const moved = this.drag.move(event);
      if (!moved) return;
      const [a, b] = moved.start;
      if (model.points.z) {
        const { width, height } = this.room;
        this.fire('rv-turn', [a + (moved.dx / width) * TURN, b + (moved.dy / height) * TURN]);
      } else this.dragged = [a, b, a + moved.dx, b + moved.dy];
      return;
    }
    this.fire('rv-over', pointNear(this.layout(model), ...this.position(event)));
  };

  private readonly released = (event: PointerEvent): void => {
    const { model, dragged } = this;
    const clicked = this.drag.end();
    this.dragged = null;
    if (!model) return;
    const layout = this.layout(model);
    if (dragged && layout.scales) {
      const { x, y } = layout.scales;
      const [x0, y0, x1, y1] = dragged;
      const [across, up] = [
        [x.valueAt(x0), x.valueAt(x1)],
        [y.valueAt(y0), y.valueAt(y1)],
      ];
      this.fire('rv-brush', {
        left: Math.min(...across),
        right: Math.max(...across),
        bottom: Math.min(...up),
        top: Math.max(...up),
      });
    } else if (clicked) {
      const index = pointNear(layout, ...this.position(event));
      if (index !== null) this.fire('rv-pick', { index, more: event.shiftKey });
      else this.fire('rv-brush', null);
    }
  };

  private readonly cancelled = (): void => {
    this.drag.end();
    this.dragged = null;
  };

  private readonly left = (): void => {
    if (this.drag.going) return;
    this.active = false;
    this.fire('rv-over', null);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { model } = this;
    if (!model || event.ctrlKey || event.metaKey || event.altKey) return;
    const { points, turn, axes } = model;
    const last = points.tokens.length - 1;
    const from = this.hover ?? this.pinned ?? -1;
    const arrows: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const goals: Record<string, number> = { Home: 0, End: last };
    if (points.z && event.shiftKey && arrows[event.key]) {
      const [across, down] = arrows[event.key];
      this.fire('rv-turn', [turn[0] + 0.15 * across, turn[1] + 0.15 * down]);
    } else if (event.key in steps || event.key in goals) {
      const goal = goals[event.key] ?? (from < 0 ? 0 : from + steps[event.key]);
      this.active = true;
      this.fire('rv-over', Math.max(0, Math.min(last, goal)));
    } else if (event.key === 'Enter' && from >= 0) this.fire('rv-pick', { index: from, more: event.shiftKey });
    else if (event.key === 'b' && from >= 0 && !points.z) {
      const [across, up] = [axes[0].high - axes[0].low, axes[1].high - axes[1].low].map((range) => NEAR * range);
      const [x, y] = [points.x[from], points.y[from]];
      this.fire('rv-brush', { left: x - across, right: x + across, bottom: y - up, top: y + up });
    } else if (event.key === 'Escape' && model.brush) this.fire('rv-brush', null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-state-scatter', StateScatter);

/** Rectangle as far as it is within the axes. */
function rectangle([x0, y0, x1, y1]: readonly [number, number, number, number], edges: PlotLayout['box']) {
  const across = (x: number) => Math.min(edges.right, Math.max(edges.left, x));
  const down = (y: number) => Math.min(edges.bottom, Math.max(edges.top, y));
  const [left, right] = [across(Math.min(x0, x1)), across(Math.max(x0, x1))];
  const [top, bottom] = [down(Math.min(y0, y1)), down(Math.max(y0, y1))];
  return svg`<rect class="brush" x=${left} y=${top} width=${right - left} height=${bottom - top}></rect>`;
}

function ring(name: string, { x, y }: PlotLayout, index: number | null, radius: number) {
  return index === null || !Number.isFinite(x[index])
    ? nothing
    : svg`<circle class=${name} cx=${x[index].toFixed(1)} cy=${y[index].toFixed(1)} r=${radius}></circle>`;
}

/** Axis of three, from the middle to its tip. */
const drawArm = ({ title, x, y }: PlotLayout['arms'][number], { middle }: PlotLayout): TemplateResult =>
  svg`<path class="arm" d="M${middle[0]} ${middle[1]}L${x.toFixed(1)} ${y.toFixed(1)}"></path>
    <text class="tip" x=${x.toFixed(1)} y=${y.toFixed(1)} text-anchor=${x < middle[0] ? 'end' : 'start'}>
      ${title}
    </text>`;

const start = (x: number, y: number, color: string) =>
  svg`<circle class="start" cx=${x} cy=${y} r="4" style="stroke:${color}"></circle>`;

/** Line of a trajectory: a hollow circle at its start, a square at its end. */
function drawTrail({ first, end, color, name }: Trail, layout: PlotLayout): TemplateResult | typeof nothing {
  const path = pathThrough(layout, first, end);
  if (!path) return nothing;
  const { x, y } = layout;
  const [last, has] = [end - 1, (i: number) => Number.isFinite(x[i])];
  return svg`<g><title>${name}</title>
    <path class="halo" d=${path}></path><path class="trail" d=${path} style="stroke:${color}"></path>
    ${has(first) ? start(x[first], y[first], color) : nothing}
    ${
      has(last) && last > first
        ? svg`<rect class="end" x=${x[last] - 4} y=${y[last] - 4} width="8" height="8" style="fill:${color}"></rect>`
        : nothing
    }
  </g>`;
}
