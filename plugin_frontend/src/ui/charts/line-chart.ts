import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { areaPath, linePath, nearest } from '../draw/curve.ts';
import { lastKnown, spread } from '../draw/line-names.ts';
import { linearScale, type Scale } from '../draw/plot-scale.ts';
import { controls } from '../theme.ts';
import { truncate } from '../format.ts';
import { ResizeController } from '../resize-controller.ts';

/** A line through (at, values); what is no number breaks it. */
export interface Line {
  readonly name: string;
  readonly color: string;
  readonly at: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Value of `stroke-dasharray`. */
  readonly dash?: string;
  /** One of many, in the background and without a name. */
  readonly faint?: boolean;
  /** Style of a point, by its index in the line. */
  readonly point?: (i: number) => 'filled' | 'hollow';
}

/** Area between two lines of finite numbers. */
export interface Band {
  readonly color: string;
  readonly at: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

interface Limits {
  readonly low: number;
  readonly high: number;
}

export interface LinesChart {
  /** Accessible description of the chart. */
  readonly label: string;
  readonly x: Limits;
  readonly y: Limits;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly lines: readonly Line[];
  readonly bands?: readonly Band[];
  /** Positions along x that the pointer can reach, ascending. */
  readonly stops: readonly number[];
  /** Name of a position along the x axis. */
  readonly nameOf: (x: number) => string;
  /** Position of the selection. */
  readonly now: number | null;
  /** A point that is marked, with its words. */
  readonly mark?: {
    readonly x: number;
    readonly y: number;
    readonly filled: boolean;
    readonly words: string;
    readonly color: string;
  } | null;
}

const [LEFT, MARGIN, TOP, BOTTOM, HEIGHT] = [40, 10, 20, 120, 150];
/** Most room for names, and how wide a letter of them is. */
const [NAMES, LETTER] = [104, 6.2];

/**
 * Lines over steps or frequencies.
 * Fires `rv-over` with a stop or null, `rv-choose` with a stop.
 */
export class Lines extends LitElement {
  static override properties = { chart: { attribute: false }, hover: { attribute: false }, chooses: { type: Boolean } };
  declare chart: LinesChart | null;
  declare hover: number | null;
  /** True if a stop can be chosen. */
  declare chooses: boolean;
  private readonly room = new ResizeController(this);

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      svg {
        display: block;
        width: 100%;
        touch-action: pan-y;
      }
      svg:focus-visible {
        outline: 2px solid var(--rv-accent);
        outline-offset: -1px;
      }
      text {
        font-size: 11px;
        fill: var(--rv-muted);
        font-variant-numeric: tabular-nums;
      }
      .grid {
        stroke: var(--rv-line);
      }
      .axis {
        stroke: var(--rv-muted);
      }
      .line {
        fill: none;
        stroke-width: 1.5;
        stroke-linejoin: round;
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
      .name {
        font-weight: 500;
      }
      .ground {
        fill: var(--rv-page);
      }
    `,
  ];

  constructor() {
    super();
    this.chart = null;
    this.hover = null;
    this.chooses = false;
  }

  private get width(): number {
    return this.room.width || 320;
  }

  /**
   * Right edge of the lines.
   * Names stand beyond it if they leave more than half of the width.
   */
  private get right(): number {
    const longest = Math.max(0, ...(this.chart?.lines ?? []).map(({ faint, name }) => (faint ? 0 : name.length)));
    const names = longest && Math.min(NAMES, longest * LETTER + 14);
    return Math.max(60, this.width - (names && this.width > 2.2 * names + LEFT ? names : MARGIN));
  }

  private get x(): Scale {
    const { low, high } = this.chart!.x;
    return linearScale(low, high, LEFT, this.right, Math.max(1, (this.right - LEFT) / 56));
  }

  override render() {
    const { chart, hover, right } = this;
    if (!chart) return nothing;
    const x = this.x;
    const y = linearScale(chart.y.low, chart.y.high, BOTTOM, TOP);
    const within = hover !== null && hover >= x.low && hover <= x.high ? hover : null;
    const upright = (name: string, value: number | null) =>
      value === null ? nothing : svg`<path class=${name} d="M${x.at(value).toFixed(1)} ${TOP}V${BOTTOM}"></path>`;
    const at = within ?? chart.now ?? x.low;
    return html`<svg
      class="chart"
      width=${this.width}
      height=${HEIGHT}
      viewBox="0 0 ${this.width} ${HEIGHT}"
      tabindex="0"
      data-scrolls
      role=${this.chooses ? 'slider' : 'img'}
      aria-label=${chart.label}
      aria-valuetext=${this.chooses ? chart.nameOf(at) : nothing}
      aria-valuenow=${this.chooses ? at : nothing}
      aria-valuemin=${this.chooses ? x.low : nothing}
      aria-valuemax=${this.chooses ? x.high : nothing}
      style=${this.chooses ? 'cursor: pointer' : ''}
      @pointermove=${this.moved}
      @pointerleave=${() => this.fire('rv-over', null)}
      @blur=${() => this.fire('rv-over', null)}
      @click=${this.clicked}
      @keydown=${this.keyed}
    >
      ${svg`
      ${y.ticks.map(
        ({ value, label }) => svg`<path class="grid" d="M${LEFT} ${y.at(value).toFixed(1)}H${right}"></path>
        <text x=${LEFT - 4} y=${y.at(value) + 4} text-anchor="end">${label}</text>`,
      )}
      ${this.ticksOf(chart, x).map(
        ({ value, label }) => svg`<path class="axis" d="M${x.at(value).toFixed(1)} ${BOTTOM}v4"></path>
        <text x=${x.at(value)} y=${BOTTOM + 14} text-anchor="middle">${label}</text>`,
      )}
      <path class="axis" d="M${LEFT} ${BOTTOM}H${right}"></path>
      <text x=${(LEFT + right) / 2} y=${HEIGHT - 3} text-anchor="middle">${chart.xTitle}</text>
      <text x="0" y="9">${chart.yTitle}</text>
      ${upright('now', chart.now)}
      ${(chart.bands ?? []).map(
        ({ color, at: places, low, high }) =>
          svg`<path class="band" fill=${color} d=${areaPath(places, low, high, x, y)}></path>`,
      )}
      ${chart.lines.map((line) => drawLine(line, x, y))}
      ${drawMark(chart, x, y)}
      ${upright('hover', within)}
      ${this.names(chart, y)}
    `}
    </svg>`;
  }

  /** Steps are whole; one alone has its name. */
  private ticksOf({ stops, nameOf }: LinesChart, x: Scale): Scale['ticks'] {
    if (!(x.high > x.low)) return stops.slice(0, 1).map((value) => ({ value, label: nameOf(value) }));
    if (!stops.every(Number.isInteger)) return x.ticks;
    return x.ticks
      .filter(({ value }) => Math.abs(value - Math.round(value)) < 1e-6)
      .map(({ value, label }) => ({ value, label: label.replace(/\.0+$/, '') }));
  }

  /** Each line has its name at its end, as far as there is room. */
  private names({ lines }: LinesChart, y: Scale): TemplateResult[] | typeof nothing {
    const named = lines.filter(({ faint, name, values }) => !faint && name && lastKnown(values) >= 0);
    const room = this.width - this.right;
    if (room <= MARGIN) return nothing;
    const heights = spread(
      named.map(({ values }) => y.at(values[lastKnown(values)]) + 4),
      12,
      TOP + 6,
      BOTTOM,
    );
    return named.map(
      ({ name, color }, i) =>
        svg`<text class="name" x=${this.right + 8} y=${heights[i].toFixed(1)} style="fill:${color}"
          >${truncate(name, Math.ceil((room - 14) / LETTER))}</text>`,
    );
  }

  private stopAt(event: MouseEvent): number | null {
    const { chart } = this;
    const picture = this.renderRoot.querySelector('svg');
    if (!chart || !picture) return null;
    return (
      chart.stops[nearest(chart.stops, this.x.valueAt(event.clientX - picture.getBoundingClientRect().left))] ?? null
    );
  }

  private readonly moved = (event: PointerEvent): void => this.fire('rv-over', this.stopAt(event));

  private readonly clicked = (event: MouseEvent): void => {
    const stop = this.stopAt(event);
    if (this.chooses && stop !== null) this.fire('rv-choose', stop);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { chart, hover } = this;
    if (!chart || !chart.stops.length) return;
    const place = nearest(chart.stops, hover ?? chart.now ?? chart.stops[0]);
    const from = chart.stops[place];
    if (event.key === 'Enter' && this.chooses) this.fire('rv-choose', from);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const next = chart.stops[place + (event.key === 'ArrowLeft' ? -1 : 1)] ?? from;
      this.fire('rv-over', hover === null && chart.now === null ? from : next);
    } else return;
    event.preventDefault();
  };

  private fire(name: string, detail: number | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-lines', Lines);

function drawLine({ at, values, color, dash, faint, point }: Line, x: Scale, y: Scale): TemplateResult {
  return svg`<path class=${
    faint ? 'line faint' : 'line'
  } stroke=${faint ? nothing : color} stroke-dasharray=${dash ?? nothing} d=${linePath(at, values, x, y)}></path>
    ${
      point
        ? Array.from(values, (value, i) =>
            Number.isFinite(value) ? dot(x.at(at[i]), y.at(value), color, point(i) === 'filled') : nothing,
          )
        : nothing
    }`;
}

function drawMark({ mark }: LinesChart, x: Scale, y: Scale): TemplateResult | typeof nothing {
  if (!mark) return nothing;
  const [left, top] = [x.at(mark.x), y.at(mark.y)];
  const late = mark.x > (x.low + x.high) / 2;
  return svg`${dot(left, top, mark.color, mark.filled)}<text class="name"
    x=${left + (late ? -8 : 8)} y=${Math.max(TOP + 4, top + 4)}
    text-anchor=${late ? 'end' : 'start'}>${mark.words}</text>`;
}

const dot = (left: number, top: number, color: string, filled: boolean) =>
  svg`<circle class=${
    filled ? 'filled' : 'hollow'
  } cx=${left.toFixed(1)} cy=${top.toFixed(1)} r="3" stroke=${color} stroke-width="1.5" style=${
    filled ? `fill:${color}` : 'fill:var(--rv-page)'
  }></circle>`;
