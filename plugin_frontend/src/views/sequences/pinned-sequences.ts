import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { SequenceDecisions, SequenceSteps } from '../../data/sequence-decisions.ts';
import type { TokenText } from '../../data/types.ts';
import { startOf } from '../../state/named-matrices.ts';
import { printed } from '../../state/visible-characters.ts';
import { valueOrStale, type Loadable } from '../../state/store.ts';
import { chartStyle } from '../../ui/charts/chart-parts.ts';
import { palette } from '../../ui/draw/axes.ts';
import { field } from '../../ui/field.ts';
import { pluralize, spaced, truncate } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { loadablePanel } from '../../ui/state-panel.ts';
import { latest, Part, partStyle } from '../../ui/view-part.ts';
import { classDot, ClassColors } from './class-colors.ts';
import { alignedColumns, type Alignment } from './pins.ts';
import { predictions } from './sequence-events.ts';
import { wordsOf } from './sequence-words.ts';
import { channelPath, signalLines } from './signal-lines.ts';

const LEFT = 34;
const RIGHT = 8;
/** Widest and narrowest columns, and narrowest ones with words, in CSS pixels. */
const [WIDEST, NARROWEST, WITH_WORDS] = [64, 4, 24];
/** Pixels of a character of a word. */
const CHARACTER = 6;
const [CURVES, WORDS, SIGNAL, BARS] = [76, 18, 36, 22];

interface PinnedSequence {
  readonly sequence: number;
  readonly steps: Loadable<SequenceSteps>;
  /** Column of its first step. */
  readonly start: number;
  /** Its first step, counted over all sequences. */
  readonly first: number;
  readonly length: number;
  readonly color: string;
}

interface Columns {
  readonly x: (column: number) => number;
  readonly width: number;
  readonly total: number;
  readonly anchor: number | null;
  /** Column that is pointed at. */
  readonly over: number | null;
}

/**
 * Pinned sequences below each other on one axis of steps.
 * Fires `rv-pin` with a sequence to remove, `rv-open` with one to open, and `rv-clear`.
 * Left, Right, Home and End go from step to step of a sequence, Enter opens it.
 */
export class PinnedSequences extends Part {
  static override properties = { ...Part.properties, decisions: { attribute: false }, pins: { attribute: false } };
  declare decisions: SequenceDecisions;
  declare pins: readonly number[];
  private readonly room = new ResizeController(this);
  private readonly linesOf = latest(signalLines);

  static override styles = [
    partStyle,
    chartStyle,
    classDot,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 10px;
        align-items: center;
        padding: 4px 8px 0;
      }
      .scroller {
        overflow-x: auto;
        padding: 0 8px 6px;
      }
      .strip-head {
        position: sticky;
        left: 0;
        display: flex;
        gap: 6px;
        align-items: center;
        white-space: nowrap;
        overflow: hidden;
      }
      .strip-head button {
        border: 0;
        flex: none;
      }
      .strip-head .now {
        flex: 1;
        min-width: 0;
        text-align: right;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .key {
        flex: none;
        width: 14px;
        height: 3px;
      }
      .wrong {
        color: var(--rv-error);
        font-weight: 500;
      }
      svg.chart {
        display: block;
      }
      .word {
        font-size: 11px;
        fill: var(--rv-ink);
      }
      .missing {
        fill: var(--rv-hover);
      }
      .anchor {
        stroke: var(--rv-accent);
        stroke-dasharray: 4 3;
      }
      .over {
        fill: none;
        stroke: var(--rv-ink);
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { store, recording } = this;
    const selection = store.selection.value;
    if (!selection || !this.pins.length) return nothing;
    const { layer, quantity } = selection;
    const { decisions, text } = this;
    const lengths = this.pins.map((sequence) => decisions.lengths[sequence]);
    const alignment = store.option('sequencealign').value as Alignment;
    const aligned = alignedColumns(
      lengths,
      this.pins.map((sequence) => decisions.decision[sequence]),
      alignment,
    );
    const { series } = palette(store.dark.value);
    const pinned = this.pins.map((sequence, k) => ({
      sequence,
      steps: recording.data.sequenceSteps(layer, quantity, sequence).value,
      start: aligned.starts[k],
      first: startOf(decisions, sequence),
      length: lengths[k],
      color: series[k % series.length],
    }));
    const columns = this.columns(pinned, aligned, alignment);
    const colors = new ClassColors(decisions.classes, store.dark.value);
    return html`<div class="bar">
        <b>${pluralize(pinned.length, 'pinned sequence')}</b>
        ${field(
          'aligned at',
          [
            { value: 'start', label: 'the start' },
            { value: 'end', label: 'the end' },
            { value: 'decision', label: 'the decision' },
          ],
          alignment,
          (value) => (store.option('sequencealign').value = value),
        )}
        <span class="muted"
          >cells: prediction after each step; bars: step of the state, ${layer} ${spaced(quantity)}</span
        >
        <button class="push" @click=${() => this.fire('rv-clear')}>remove all</button>
      </div>
      <div class="scroller" data-figure>
        ${this.curves(pinned, columns)} ${pinned.map((strip) => this.strip(strip, columns, colors, text))}
      </div>`;
  }

  private get text(): TokenText | null {
    return valueOrStale(this.recording.data.text.value);
  }

  private columns(
    pinned: readonly PinnedSequence[],
    { count, anchor }: { readonly count: number; readonly anchor: number },
    alignment: Alignment,
  ): Columns {
    const free = (this.room.width || 600) - LEFT - RIGHT - 16;
    const width = Math.min(WIDEST, Math.max(NARROWEST, free / Math.max(1, count)));
    const token = this.store.hover.value.token;
    const under =
      token === null ? undefined : pinned.find(({ first, length }) => token >= first && token < first + length);
    return {
      x: (column) => LEFT + column * width,
      width,
      total: LEFT + width * count + RIGHT,
      anchor: alignment === 'start' ? null : anchor,
      over: under ? under.start + token! - under.first : null,
    };
  }

  /** Probability of each label; of the prediction where there is no label. */
  private curves(pinned: readonly PinnedSequence[], columns: Columns): TemplateResult {
    const { x, width, total } = columns;
    const y = (share: number) => 4 + (1 - share) * (CURVES - 8);
    const { labels, prediction } = this.decisions;
    const path = ({ sequence, steps, start }: PinnedSequence) => {
      const of = labels[sequence] < 0 ? prediction[sequence] : labels[sequence];
      let isOpen = false;
      return (valueOrStale(steps)?.probability ?? [])
        .map((row, step) => {
          if (!Number.isFinite(row[of])) isOpen = false;
          else {
            const command = isOpen ? 'L' : 'M';
            isOpen = true;
            return `${command}${(x(start + step) + width / 2).toFixed(1)} ${y(row[of]).toFixed(1)}`;
          }
          return '';
        })
        .join('');
    };
    return html`<svg
      class="chart"
      width=${total}
      height=${CURVES}
      role="img"
      aria-label="Probability of the label of each pinned sequence, by step"
    >
      ${[0, 1].map(
        (share) =>
          svg`<line class="axis" x1=${LEFT} x2=${total - RIGHT} y1=${y(share)} y2=${y(share)}></line>
            <text x=${LEFT - 4} y=${y(share) + (share ? 8 : 0)} text-anchor="end">${share}</text>`,
      )}
      <text x=${LEFT - 4} y=${CURVES / 2 + 4} text-anchor="end">label</text>
      ${pinned.map(
        (strip) =>
          svg`<path fill="none" stroke=${strip.color} stroke-width="1.5" d=${path(strip)}
            data-sequence=${strip.sequence}
            ><title>sequence ${strip.sequence}: probability of its label</title></path>`,
      )}
      ${this.marks(columns, CURVES)}
    </svg>`;
  }

  private strip(strip: PinnedSequence, columns: Columns, colors: ClassColors, text: TokenText | null): TemplateResult {
    const steps = valueOrStale(strip.steps);
    return html`<div data-pinned=${strip.sequence}>
      ${this.stripHead(strip, columns, text)}
      ${steps ? this.picture(strip, steps, columns, colors, text) : loadablePanel(strip.steps, 'Reading…', 'line')}
    </div>`;
  }

  private stripHead(
    { sequence, color, start, first, length, steps }: PinnedSequence,
    { over }: Columns,
    text: TokenText | null,
  ): TemplateResult {
    const { classes, labels, prediction, probability } = this.decisions;
    const name = (index: number) => truncate(classes[index] ?? '–', 20);
    const step = over === null ? -1 : over - start;
    const values = valueOrStale(steps)?.probability[step];
    const best = values ? predictions({ probability: [values] })[0] : -1;
    const isWrong = labels[sequence] >= 0 && prediction[sequence] >= 0 && labels[sequence] !== prediction[sequence];
    const word = text && !text.signal && step >= 0 && step < length ? printed(wordsOf(text, first + step, 1)[0]) : '';
    return html`<div class="strip-head" style="max-width:${Math.max(200, (this.room.width || 600) - 16)}px">
      <span class="key" style="background:${color}"></span>
      <button title="Open sequence ${sequence}" @click=${() => this.fire('rv-open', sequence)}>
        <b>${sequence}</b>
      </button>
      <span
        >label <b>${name(labels[sequence])}</b>, predicted
        <b class=${isWrong ? 'wrong' : ''}>${name(prediction[sequence])}</b> ${percent(probability[sequence])}</span
      >
      <span class="now muted"
        >${
          step >= 0 && step < length
            ? html`step ${step} ${word ? html`<b>${truncate(word, 16)}</b>` : nothing}
              ${best < 0 ? 'not read' : `${name(best)} ${percent(values![best])}`}`
            : nothing
        }</span
      >
      <button
        title="Do not compare it any longer"
        aria-label="Remove sequence ${sequence}"
        @click=${() => this.fire('rv-pin', sequence)}
      >
        ✕
      </button>
    </div>`;
  }

  private picture(
    strip: PinnedSequence,
    steps: SequenceSteps,
    columns: Columns,
    colors: ClassColors,
    text: TokenText | null,
  ): TemplateResult {
    const { x, width, total } = columns;
    const { start, first, sequence } = strip;
    const lines = text && this.linesOf(text);
    const words = text && !text.signal && width >= WITH_WORDS ? wordsOf(text, first, steps.probability.length) : null;
    const best = predictions(steps);
    const top = lines ? SIGNAL : 0;
    const bottom = top + WORDS + BARS;
    const channels = palette(this.store.dark.value).series;
    const column = (event: MouseEvent) => {
      const box = (event.currentTarget as Element).getBoundingClientRect();
      return Math.floor((event.clientX - box.left - LEFT) / width) - start;
    };
    return html`<svg
      class="chart"
      width=${total}
      height=${bottom + 3}
      tabindex="0"
      role="application"
      aria-label="Sequence ${sequence}: prediction after each step. Left and Right go from step to step, Enter opens"
      @pointermove=${(event: PointerEvent) => this.point(strip, column(event))}
      @pointerleave=${() => this.store.hoverOver({ token: null })}
      @blur=${() => this.store.hoverOver({ token: null })}
      @click=${() => this.fire('rv-open', sequence)}
      @keydown=${(event: KeyboardEvent) => this.keyed(event, strip, columns)}
    >
      ${
        lines
          ? lines.names.map(
              (_, k) =>
                svg`<path fill="none" stroke=${channels[k % channels.length]} d=${channelPath(
                  lines,
                  k,
                  first,
                  strip.length,
                  (position) => x(start + position),
                  (share) => 2 + (1 - share) * (SIGNAL - 4),
                )}></path>`,
            )
          : nothing
      }
      ${best.map(
        (index, step) =>
          svg`<rect class=${index < 0 ? 'missing' : ''} x=${x(start + step)} y=${top} width=${width} height=${WORDS - 1}
            fill=${colors.behind(index, steps.probability[step][index] ?? 0)}></rect>`,
      )}
      ${
        words
          ? words.map(
              (word, step) =>
                svg`<text class="word" x=${x(start + step) + 2} y=${top + 12}
                  >${truncate(printed(word), Math.max(2, Math.floor((width - 4) / CHARACTER)))}</text>`,
            )
          : nothing
      }
      ${steps.distance.map((distance, step) =>
        Number.isFinite(distance)
          ? svg`<rect x=${x(start + step) + width * 0.1} y=${bottom - distance * BARS} width=${width * 0.8}
              height=${Math.max(0.5, distance * BARS)}
              fill=${best[step] < 0 ? 'var(--rv-bar)' : colors.solid(best[step])}></rect>`
          : nothing,
      )}
      <line class="axis" x1=${x(start)} x2=${x(start + strip.length)} y1=${bottom} y2=${bottom}></line>
      ${this.marks(columns, bottom)}
    </svg>`;
  }

  /** Column that is pointed at, and the one at which the sequences are aligned. */
  private marks({ x, width, anchor, over }: Columns, height: number): unknown {
    return svg`${
      anchor === null ? nothing : svg`<line class="anchor" x1=${x(anchor)} x2=${x(anchor)} y1="0" y2=${height}></line>`
    }${
      over === null ? nothing : svg`<rect class="over" x=${x(over)} y="0.5" width=${width} height=${height - 1}></rect>`
    }`;
  }

  private point({ first, length }: PinnedSequence, step: number): void {
    this.store.hoverOver({ token: step >= 0 && step < length ? first + step : null });
  }

  private keyed(event: KeyboardEvent, strip: PinnedSequence, { over }: Columns): void {
    const at = over === null ? -1 : Math.min(strip.length - 1, Math.max(-1, over - strip.start));
    const last = strip.length - 1;
    const goals: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    if (event.key === 'Enter') this.fire('rv-open', strip.sequence);
    else if (event.key in goals) this.point(strip, Math.min(last, Math.max(0, goals[event.key])));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private fire(type: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
customElements.define('rv-pinned-sequences', PinnedSequences);
