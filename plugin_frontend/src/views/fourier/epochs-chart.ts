import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { linearScale, type Scale } from '../../ui/draw/plot-scale.ts';
import { edgesOf } from '../../ui/draw/spectrogram.ts';
import { NYQUIST, period, type BandLimits } from '../../ui/draw/spectrum.ts';
import { formatPValue, formatNumber } from '../../ui/format.ts';
import type { Dot, Track } from './epoch-tracks.ts';
import { isSignificantAt } from './peaks.ts';
import { ResizeController } from '../../ui/resize-controller.ts';

/** The spectrum of a step, as the address of a picture one pixel wide. */
export interface Column {
  readonly step: number;
  readonly address: string;
}

/** A place in the picture. */
export interface Spot {
  readonly step: number | null;
  readonly frequency: number | null;
}

export interface EpochsPicture {
  /** Spectra of one unit, behind the tracks. */
  readonly columns: readonly Column[];
  /** The steps that share the width among them, those without a column too. */
  readonly grid: readonly number[];
  readonly tracks: readonly Track[];
  readonly steps: readonly number[];
  /** The step chosen. */
  readonly now: number | null;
  readonly band: BandLimits;
  /** Name of the steps, such as epoch. */
  readonly axis: string;
  nameOf(step: number): string;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 14, 22, 34];
const LARGEST = 7;
const SMALLEST = 2.5;
/** Half the width of the only column. */
const ALONE = 8;

/**
 * Spectrum of a unit step by step, with the strongest peak of each unit as a dot.
 * Larger dots are higher peaks. Fires `rv-over` with a `Spot` and `rv-choose` with a step.
 */
export class EpochsChart extends LitElement {
  static override properties = { picture: { attribute: false }, over: { attribute: false } };
  declare picture: EpochsPicture | null;
  declare over: Spot;
  private readonly room = new ResizeController(this);

  static override styles = css`
    :host {
      display: block;
      position: absolute;
      inset: 0;
      overflow: hidden;
    }
    svg {
      display: block;
      touch-action: pan-y;
      cursor: pointer;
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
    .spectrum {
      image-rendering: pixelated;
    }
    .now {
      stroke: var(--rv-accent);
      stroke-width: 2;
      opacity: 0.7;
    }
    .over {
      stroke: var(--rv-ink);
    }
    .out {
      fill: var(--rv-page);
      opacity: 0.72;
    }
    .dot {
      stroke-width: 1.5;
    }
    .dot:not(.stands) {
      fill: var(--rv-page);
    }
  `;

  constructor() {
    super();
    this.picture = null;
    this.over = { step: null, frequency: null };
  }

  private get width(): number {
    return this.room.width || 320;
  }

  private get height(): number {
    return this.room.height || 160;
  }

  private get x(): Scale {
    const { steps } = this.picture!;
    const right = Math.max(LEFT + 1, this.width - RIGHT);
    return linearScale(steps[0] ?? 0, steps.at(-1) ?? 0, LEFT + 8, right - 8, Math.max(1, (right - LEFT) / 56));
  }

  private get y(): Scale {
    return linearScale(0, NYQUIST, this.height - BOTTOM, TOP, Math.max(1, (this.height - TOP - BOTTOM) / 28));
  }

  override render() {
    const { picture, width, height, over } = this;
    if (!picture) return nothing;
    const { tracks, band, now } = picture;
    const { x, y } = this;
    const right = width - RIGHT;
    const most =
      Math.max(0, ...tracks.flatMap(({ dots }) => dots.map(({ amplitude }) => amplitude)).filter(Number.isFinite)) || 1;
    const upright = (name: string, step: number | null) =>
      step === null
        ? nothing
        : svg`<path class=${name} d="M${x.at(step).toFixed(1)} ${TOP}V${height - BOTTOM}"></path>`;
    return html`<svg
      class="chart"
      width=${width}
      height=${height}
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label=${this.inWords(picture)}
      @pointermove=${this.moved}
      @pointerleave=${() => this.fire('rv-over', { step: null, frequency: null })}
      @click=${this.clicked}
    >
      ${svg`
      ${y.ticks.map(
        ({ value, label }) =>
          svg`<path class="grid" d="M${LEFT} ${y.at(value).toFixed(1)}H${right}"></path>
            <text x=${LEFT - 6} y=${y.at(value) + 4} text-anchor="end">${label}</text>`,
      )}
      ${x.ticks
        .filter(({ value }) => Number.isInteger(value))
        .map(
          ({ value }) =>
            svg`<path class="axis" d="M${x.at(value).toFixed(1)} ${height - BOTTOM}v4"></path>
              <text x=${x.at(value)} y=${height - BOTTOM + 15} text-anchor="middle">${value}</text>`,
        )}
      <path class="axis" d="M${LEFT} ${height - BOTTOM}H${right}"></path>
      <text x=${(LEFT + right) / 2} y=${height - 4} text-anchor="middle">${picture.axis}</text>
      <text x="4" y="10">cycles per token</text>
      ${columns(picture, x, y, right)}
      ${upright('now', now)}${upright('over', over.step)}
      ${
        over.frequency === null
          ? nothing
          : svg`<path class="over" d="M${LEFT} ${y.at(over.frequency).toFixed(1)}H${right}"></path>`
      }
      ${tracks.map((track) =>
        track.dots.map((dot) =>
          mark(
            track,
            dot,
            x.at(dot.step),
            y.at(dot.frequency),
            SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(0, dot.amplitude) / most),
            picture,
          ),
        ),
      )}
      ${outside(band, y, right)}
    `}
    </svg>`;
  }

  private inWords({ tracks, nameOf }: EpochsPicture): string {
    const [first] = tracks;
    const last = first?.dots.at(-1);
    return `Strongest peaks over the steps${
      first && last ? `. ${first.name}: ${period(last.frequency)} at ${nameOf(last.step)}` : ': none'
    }`;
  }

  private stepAt(event: MouseEvent): number | null {
    const steps = this.picture?.steps ?? [];
    const position = this.x.valueAt(event.clientX - this.getBoundingClientRect().left);
    return steps.reduce<number | null>(
      (best, step) => (best === null || Math.abs(step - position) < Math.abs(best - position) ? step : best),
      null,
    );
  }

  private readonly moved = (event: PointerEvent): void => {
    const frequency = this.y.valueAt(event.clientY - this.getBoundingClientRect().top);
    this.fire('rv-over', {
      step: this.stepAt(event),
      frequency: frequency >= 0 && frequency <= NYQUIST ? frequency : null,
    });
  };

  private readonly clicked = (event: MouseEvent): void => {
    const step = this.stepAt(event);
    if (step !== null) this.fire('rv-choose', step);
  };

  private fire(name: string, detail: number | Spot): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-epochs-chart', EpochsChart);

function columns({ columns, grid }: EpochsPicture, x: Scale, y: Scale, right: number): TemplateResult {
  const edges = new Map(edgesOf(grid.map(x.at), ALONE).map((edge, i) => [grid[i], edge]));
  return svg`${columns.map(({ step, address }) => {
    const [from, to] = edges.get(step) ?? [0, 0];
    const [left, width] = [Math.max(LEFT, from), Math.min(right, to) - Math.max(LEFT, from)];
    return width > 0
      ? svg`<image class="spectrum" data-step=${step} href=${address} x=${left.toFixed(2)} width=${(
          width + 0.4
        ).toFixed(2)} y=${y.at(NYQUIST)} height=${y.at(0) - y.at(NYQUIST)} preserveAspectRatio="none"></image>`
      : nothing;
  })}`;
}

function mark(
  { name, color, shape }: Track,
  { step, frequency, amplitude, q }: Dot,
  x: number,
  y: number,
  r: number,
  { nameOf }: EpochsPicture,
): TemplateResult {
  const stands = isSignificantAt(q);
  const where = `${name}, ${nameOf(step)}: ${frequency.toFixed(3)} cycles per token, ${period(frequency)}`;
  const title = `${where}, amplitude ${formatNumber(amplitude)}${stands === null ? '' : `, q ${formatPValue(q)}`}`;
  const path =
    shape === 'square'
      ? `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`
      : shape === 'triangle'
        ? `M${x} ${y - r}l${r} ${1.8 * r}h${-2 * r}z`
        : `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  return svg`<path class="dot ${stands ? 'stands' : ''}" stroke=${color} fill=${
    stands ? color : nothing
  } d=${path}><title>${title}</title></path>`;
}

/** Shades over the frequencies outside the band. */
function outside({ low, high }: BandLimits, y: Scale, right: number): TemplateResult {
  const box = (from: number, to: number) =>
    to > from
      ? svg`<rect class="out" x=${LEFT} y=${y.at(to)}
          width=${Math.max(0, right - LEFT)} height=${y.at(from) - y.at(to)}></rect>`
      : nothing;
  return svg`${box(0, low)}${box(high, NYQUIST)}`;
}
