import { css, html, LitElement, nothing, svg, type PropertyValues } from 'lit';
import { palette } from '../draw/axes.ts';
import { ResizeController } from '../resize-controller.ts';
import { formatNumber, truncate } from '../format.ts';
import {
  curvePicture,
  letters,
  MARGIN,
  placeOf,
  stepNear,
  stepsOf,
  type CurveOptions,
  type CurvePicture,
} from './curve-picture.ts';
import type { Curve } from './curve.ts';

const HEIGHT = 150;

/**
 * Dashes of the runs of one training, such as train and validation.
 * A run of another training has a solid line.
 */
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
export const dashOf = (roles: readonly string[], role: string): string =>
  DASHES[Math.max(0, roles.indexOf(role)) % DASHES.length];

/** A step that a side shows now. */
export interface Now {
  readonly run: string;
  readonly step: number;
}

/**
 * Chart of one scalar of several runs.
 * Fires `rv-step` with the step under the pointer or null, `rv-pick` with a chosen step.
 */
export class CurveChart extends LitElement {
  static override properties = {
    label: {},
    curves: { attribute: false },
    options: { attribute: false },
    roles: { attribute: false },
    now: { attribute: false },
    hover: { attribute: false },
    dark: { type: Boolean },
    picks: { type: Boolean },
  };
  declare label: string;
  declare curves: readonly Curve[];
  declare options: CurveOptions;
  declare roles: readonly string[];
  declare now: readonly Now[];
  declare hover: number | null;
  declare dark: boolean;
  /** True if its steps can be chosen. */
  declare picks: boolean;

  private readonly room = new ResizeController(this);
  private picture: CurvePicture | null = null;
  private width = 0;
  /** Step reached by the keyboard, independent of the pointer; null if there is none. */
  private reached: number | null = null;

  static override styles = css`
    :host {
      display: block;
      min-width: 0;
      height: ${HEIGHT}px;
    }
    svg {
      display: block;
      overflow: visible;
      touch-action: pan-y;
      font-size: 11px;
      border-radius: 3px;
    }
    svg.picks {
      cursor: pointer;
    }
    svg:focus-visible {
      outline: 2px solid var(--rv-accent);
    }
    text:not(.letter) {
      fill: var(--rv-muted);
    }
    text {
      font-variant-numeric: tabular-nums;
    }
    path {
      fill: none;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .grid {
      stroke: var(--rv-line);
    }
    .zero {
      stroke: var(--rv-muted);
    }
    .now {
      stroke-width: 1.5;
    }
    .hover {
      stroke: var(--rv-muted);
      stroke-dasharray: 2 2;
    }
    .line {
      stroke-width: 1.75;
    }
    .raw {
      stroke-width: 1;
      stroke-opacity: 0.35;
    }
    p {
      margin: 0;
      padding: 12px;
      color: var(--rv-muted);
      font-size: 12px;
    }
  `;

  constructor() {
    super();
    this.label = '';
    this.curves = this.roles = this.now = [];
    this.options = { across: 'step', log: false, smoothing: 0 };
    this.hover = null;
    this.dark = this.picks = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { width } = this.room;
    if (!changed.has('curves') && !changed.has('options') && width === this.width) return;
    this.width = width;
    this.picture = curvePicture(this.curves, this.options, width, HEIGHT);
  }

  override render() {
    const { picture } = this;
    if (!picture) return html`<p>${this.options.log ? 'No value is above zero.' : 'No value is a number.'}</p>`;
    if (!this.width) return nothing;
    const { series } = palette(this.dark);
    const [top, bottom, right] = [MARGIN.top, HEIGHT - MARGIN.bottom, picture.right];
    const steps = stepsOf(picture);
    const at = this.hover ?? steps.at(-1) ?? 0;
    return html`<svg
      class="chart ${this.picks ? 'picks' : ''}"
      width=${this.width}
      height=${HEIGHT}
      viewBox="0 0 ${this.width} ${HEIGHT}"
      tabindex="0"
      role="slider"
      aria-label=${this.label}
      aria-valuemin=${steps[0]}
      aria-valuemax=${steps.at(-1) ?? 0}
      aria-valuenow=${at}
      aria-valuetext=${this.aloud(picture, at)}
      @pointermove=${this.moved}
      @pointerleave=${() => this.say('rv-step', null)}
      @click=${this.clicked}
      @keydown=${this.keyed}
      @blur=${this.left}
    >
      ${picture.y.ticks.map(
        ({ value, label }) => svg`<path class=${value === 0 ? 'zero' : 'grid'} d="M${MARGIN.left} ${picture.y
          .at(value)
          .toFixed(1)}H${right}"></path>
        <text x=${MARGIN.left - 5} y=${(picture.y.at(value) + 4).toFixed(1)} text-anchor="end">${label}</text>`,
      )}
      ${picture.x.ticks.map(
        ({ value, label }) =>
          svg`<text x=${picture.x.at(value).toFixed(1)} y=${HEIGHT - 4} text-anchor="middle">${label}</text>`,
      )}
      ${this.rules(picture, top, bottom)}
      ${picture.lines.map(({ raw, curve }) =>
        raw ? svg`<path class="raw" d=${raw} stroke=${series[curve.series % series.length]}></path>` : nothing,
      )}
      ${picture.lines.map(
        ({ path, curve }) => svg`<path class="line" data-run=${curve.run} d=${path} stroke=${
          series[curve.series % series.length]
        } stroke-dasharray=${dashOf(this.roles, curve.role)}>
        <title>${`${curve.letter} ${curve.role} ${curve.run}`}</title></path>`,
      )}
      ${letters(picture, bottom).map(
        ({ line: { curve }, left, top: y }) =>
          svg`<text class="letter" x=${left.toFixed(1)} y=${(y + 4).toFixed(1)} fill=${
            series[curve.series % series.length]
          }>${truncate(curve.letter, 4)}</text>`,
      )}
      ${this.hover === null ? nothing : this.dots(picture, this.hover, series)}
    </svg>`;
  }

  private rules(picture: CurvePicture, top: number, bottom: number) {
    const { series } = palette(this.dark);
    const where = (step: number, run?: string) => {
      const line =
        picture.lines.find((one) => (run === undefined || one.curve.run === run) && placeOf(one, step) >= 0) ??
        picture.lines.find((one) => placeOf(one, step) >= 0);
      return line && picture.x.at(line.xs[placeOf(line, step)]).toFixed(1);
    };
    const colorOf = (run: string) =>
      series[(this.curves.find((curve) => curve.run === run)?.series ?? 0) % series.length];
    return [
      ...this.now.map(({ run, step }) => {
        const x = where(step, run);
        return x === undefined
          ? nothing
          : svg`<path class="now" data-step=${step} d="M${x} ${top}V${bottom}" stroke=${colorOf(run)}
            stroke-opacity="0.6"></path>`;
      }),
      this.hover === null || where(this.hover) === undefined
        ? nothing
        : svg`<path class="hover" d="M${where(this.hover)} ${top}V${bottom}"></path>`,
    ];
  }

  private dots(picture: CurvePicture, step: number, series: readonly string[]) {
    return picture.lines.map((line) => {
      const i = placeOf(line, step);
      const [x, y] = i < 0 ? [NaN, NaN] : [picture.x.at(line.xs[i]), picture.y.at(line.ys[i])];
      return Number.isFinite(x) && Number.isFinite(y)
        ? svg`<circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="3" fill=${
            series[line.curve.series % series.length]
          }></circle>`
        : nothing;
    });
  }

  private aloud(picture: CurvePicture, step: number): string {
    const said = picture.lines.flatMap((line) =>
      placeOf(line, step) < 0
        ? []
        : [`${line.curve.letter} ${truncate(line.curve.role)} ${formatNumber(line.curve.values[placeOf(line, step)])}`],
    );
    return `step ${step}: ${said.join(', ')}`;
  }

  private stepAt(event: MouseEvent): number | null {
    return (
      this.picture &&
      stepNear(this.picture, event.clientX - (event.currentTarget as Element).getBoundingClientRect().left)
    );
  }

  private say(name: string, step: number | null): void {
    this.dispatchEvent(new CustomEvent<number | null>(name, { detail: step }));
  }

  private readonly left = (): void => {
    this.reached = null;
    this.say('rv-step', null);
  };

  private readonly moved = (event: PointerEvent): void => this.say('rv-step', this.stepAt(event));

  private readonly clicked = (event: MouseEvent): void => {
    const step = this.stepAt(event);
    if (this.picks && step !== null) this.say('rv-pick', step);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    if (!this.picture) return;
    const steps = stepsOf(this.picture);
    const here = this.reached ?? this.hover;
    const at = here === null ? steps.length - 1 : steps.indexOf(here);
    const to = {
      ArrowLeft: Math.max(0, at - 1),
      ArrowRight: Math.min(steps.length - 1, at + 1),
      Home: 0,
      End: steps.length - 1,
    }[event.key];
    const picks = (event.key === 'Enter' || event.key === ' ') && this.picks && here !== null;
    if (to === undefined && !picks) return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) return this.say('rv-pick', here);
    this.reached = steps[to];
    this.say('rv-step', this.reached);
  };
}
customElements.define('rv-curve-chart', CurveChart);
