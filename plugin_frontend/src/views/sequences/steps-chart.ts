import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import type { SequenceSteps } from '../../data/sequence-decisions.ts';
import { chartStyle } from '../../ui/charts/chart-parts.ts';
import { palette } from '../../ui/draw/axes.ts';
import { truncate } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { controls } from '../../ui/theme.ts';
import type { ClassColors } from './class-colors.ts';
import { predictions, type SequenceEvent } from './sequence-events.ts';
import { channelPath, type SignalLines } from './signal-lines.ts';

/** Classes that have a row at most, the most probable ones. */
const MOST_ROWS = 12;
const LEFT = 96;
const RIGHT = 34;
const ROW_HEIGHT = 16;
const BARS = 62;
const GAP = 8;
const LABELS = 58;
/** Narrowest columns that have words, and widest columns, in CSS pixels. */
const WITH_WORDS = 11;
const WIDEST = 72;
const NARROWEST = 3;
const SHORT = 10;
/** Height of the channels of a signal. */
const SIGNAL = 64;

export interface StepsChartModel {
  readonly steps: SequenceSteps;
  /** Word of each step; null for a signal. */
  readonly words: readonly string[] | null;
  /** Channels of a signal, and its first step among all; null for a text. */
  readonly lines: SignalLines | null;
  readonly first: number;
  readonly dark: boolean;
  readonly events: readonly SequenceEvent[];
  readonly colors: ClassColors;
  /** Share of the longest step from which a step is a jump. */
  readonly jump: number;
}

/**
 * Probability of each class by step, above the length of each step of the state.
 * Fires `rv-over` with a step or null, and `rv-choose` with a step. Left, Right, Home and End go from
 * step to step, Enter chooses.
 */
export class StepsChart extends LitElement {
  static override properties = {
    model: { attribute: false },
    over: { attribute: false },
    chosen: { attribute: false },
  };
  declare model: StepsChartModel | null;
  /** Step that is pointed at. */
  declare over: number | null;
  /** Step whose units are listed. */
  declare chosen: number | null;
  private readonly room = new ResizeController(this);

  static override styles = [
    controls,
    chartStyle,
    css`
      :host {
        overflow-x: auto;
      }
      .missing {
        fill: var(--rv-hover);
      }
      .threshold {
        stroke: var(--rv-accent);
        stroke-dasharray: 4 3;
      }
      .over,
      .chosen {
        fill: none;
        stroke: var(--rv-ink);
      }
      .chosen {
        stroke: var(--rv-accent);
        stroke-width: 1.5;
      }
      .jump {
        stroke: var(--rv-ink);
      }
      .word {
        font-size: 11px;
        fill: var(--rv-ink);
      }
      .turn {
        stroke: var(--rv-ink);
        stroke-width: 1.5;
      }
    `,
  ];

  constructor() {
    super();
    this.model = this.over = this.chosen = null;
  }

  override render(): TemplateResult | typeof nothing {
    const { model } = this;
    if (!model) return nothing;
    const { steps, words, lines, events, colors, jump } = model;
    const count = steps.probability.length;
    const free = (this.room.width || 600) - LEFT - RIGHT;
    const column = Math.min(WIDEST, Math.max(NARROWEST, free / Math.max(1, count)));
    const rows = rowsOf(steps);
    const top = lines ? SIGNAL + GAP : 0;
    const barsTop = top + rows.length * ROW_HEIGHT + GAP;
    const bottom = barsTop + BARS;
    const hasWords = words !== null && column >= WITH_WORDS;
    const height = bottom + (hasWords ? LABELS : 18);
    const width = LEFT + column * count + RIGHT;
    const best = predictions(steps);
    const x = (step: number) => LEFT + step * column;
    const y = (share: number) => bottom - share * (BARS - 8);
    const marked = new Map(events.map((event) => [event.step, event]));
    return html`<svg
      class="chart"
      width=${width}
      height=${height}
      tabindex="0"
      role="application"
      aria-label="Probability of each class, and length of each step of the state. Left and Right go from step to step"
      @pointermove=${(event: PointerEvent) => this.point(this.stepAt(event, column, count))}
      @pointerleave=${() => this.point(null)}
      @blur=${() => this.point(null)}
      @click=${(event: MouseEvent) => this.choose(this.stepAt(event, column, count))}
      @keydown=${(event: KeyboardEvent) => this.keyed(event, count)}
    >
      ${lines ? channels(model, lines, x) : nothing}
      ${rows.map(
        (row, k) =>
          svg`<text x=${LEFT - 6} y=${top + k * ROW_HEIGHT + 12} text-anchor="end"
            >${truncate(steps.classes[row], 15)}</text>
          ${steps.probability.map((values, step) =>
            cell(values[row], x(step), top + k * ROW_HEIGHT, column, row, colors),
          )}`,
      )}
      ${events
        .filter(({ to }) => to !== null)
        .map(({ step }) => svg`<line class="turn" x1=${x(step)} x2=${x(step)} y1=0 y2=${barsTop - 2}></line>`)}
      <text x=${LEFT - 6} y=${y(0)} text-anchor="end">0</text>
      <text x=${LEFT - 6} y=${y(1) + 8} text-anchor="end">step of state</text>
      <line class="axis" x1=${LEFT} x2=${x(count)} y1=${bottom} y2=${bottom}></line>
      ${steps.distance.map((distance, step) =>
        Number.isFinite(distance)
          ? svg`<rect class=${marked.get(step)?.jump ? 'jump' : ''} x=${x(step) + column * 0.1} y=${y(distance)}
              width=${column * 0.8} height=${Math.max(0.5, bottom - y(distance))}
              fill=${best[step] < 0 ? 'var(--rv-bar)' : colors.solid(best[step])}
              opacity=${marked.get(step)?.jump ? 1 : 0.55}></rect>`
          : nothing,
      )}
      <line class="threshold" x1=${LEFT} x2=${x(count)} y1=${y(jump)} y2=${y(jump)}></line>
      <text x=${x(count) + 3} y=${y(jump) + 4}>${jump.toFixed(2)}</text>
      ${
        hasWords
          ? words.map((word, step) => wordLabel(word, x(step) + column / 2, bottom + 10))
          : ticksOf(count, x, bottom)
      }
      ${this.box('chosen', this.chosen, x, column, bottom)} ${this.box('over', this.over, x, column, bottom)}
    </svg>`;
  }

  private box(name: string, step: number | null, x: (step: number) => number, column: number, bottom: number) {
    return step === null
      ? nothing
      : svg`<rect class=${name} x=${x(step)} y="0.5" width=${column} height=${bottom}></rect>`;
  }

  private stepAt(event: MouseEvent, column: number, count: number): number | null {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const step = Math.floor((event.clientX - box.left - LEFT) / column);
    return step >= 0 && step < count ? step : null;
  }

  private keyed(event: KeyboardEvent, count: number): void {
    const at = this.over ?? this.chosen ?? -1;
    const goals: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 };
    if (event.key === 'Enter' && at >= 0) this.choose(at);
    else if (event.key in goals) this.point(Math.min(count - 1, Math.max(0, goals[event.key])));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private point(step: number | null): void {
    if (step !== this.over) this.dispatchEvent(new CustomEvent('rv-over', { detail: step }));
  }

  private choose(step: number | null): void {
    if (step !== null) this.dispatchEvent(new CustomEvent('rv-choose', { detail: step }));
  }
}
customElements.define('rv-steps-chart', StepsChart);

/** Classes that have a row: all, or those that are most probable at some step. */
function rowsOf({ classes, probability }: SequenceSteps): number[] {
  const largest = classes.map((_, k) => Math.max(...probability.map((row) => row[k] || 0)));
  const order = classes.map((_, k) => k).sort((a, b) => largest[b] - largest[a]);
  return order.slice(0, MOST_ROWS).sort((a, b) => a - b);
}

/** Channels of the signal over the columns of the steps. */
function channels({ steps, first, dark }: StepsChartModel, lines: SignalLines, x: (step: number) => number) {
  const { names, more } = lines;
  const colors = palette(dark).series;
  const y = (share: number) => 3 + (1 - share) * (SIGNAL - 6);
  const label = names.length > 1 ? 'channels' : truncate(names[0], 15);
  return svg`<text x=${LEFT - 6} y="12" text-anchor="end">${label}</text>
    ${more ? svg`<text x=${LEFT - 6} y="26" text-anchor="end">first ${names.length}</text>` : nothing}
    ${names.map(
      (name, k) =>
        svg`<path fill="none" stroke=${colors[k % colors.length]} stroke-width="1.2" data-channel=${name}
          d=${channelPath(lines, k, first, steps.probability.length, x, y)}><title>${name}</title></path>`,
    )}`;
}

const cell = (value: number, x: number, y: number, width: number, row: number, colors: ClassColors) =>
  svg`<rect x=${x} y=${y} width=${width} height=${ROW_HEIGHT - 1} class=${Number.isNaN(value) ? 'missing' : ''}
    fill=${colors.cell(row, value)}><title>${percent(value)}</title></rect>`;

const wordLabel = (word: string, x: number, y: number) =>
  svg`<text class="word" x=${x} y=${y} text-anchor="end" transform="rotate(-50 ${x} ${y})"
    >${truncate(word, SHORT)}</text>`;

const ticksOf = (count: number, x: (step: number) => number, bottom: number) =>
  [0, Math.floor(count / 2), count - 1].map(
    (step) => svg`<text x=${x(step)} y=${bottom + 13} text-anchor="middle">${step}</text>`,
  );
