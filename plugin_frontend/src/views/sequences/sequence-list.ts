import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { palette } from '../../ui/draw/axes.ts';
import { percent } from '../../ui/percent.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { controls } from '../../ui/theme.ts';
import { classDot, ClassColors } from './class-colors.ts';
import { canPin, PINS_ARE_MANY } from './pins.ts';
import { channelPath, type SignalLines } from './signal-lines.ts';
import { COLUMNS, nextOrder, type ColumnId, type SequenceOrder, type SequenceRow } from './sequence-rows.ts';

/** Height of a row in CSS pixels. */
const ROW = 22;
/** Width of the lines of a signal. */
const CURVE_WIDTH = 190;
/** Rows that are rendered above and below those in sight. */
const SPARE = 8;
/** Characters of a text that are rendered. */
const MOST_CHARACTERS = 400;

export interface SequenceListModel {
  readonly rows: readonly SequenceRow[];
  readonly classes: readonly string[];
  readonly order: SequenceOrder | null;
  /** Sequences that are pinned. */
  readonly pins: readonly number[];
  /** Name of a step of the training. */
  readonly stepName: (step: number) => string;
  /** Channels of a signal, and the first step of each sequence; null for texts. */
  readonly signal: { readonly lines: SignalLines; readonly starts: readonly number[] } | null;
}

/**
 * Table of sequences of which only the rows in sight are rendered.
 * Fires `rv-order` with an order or null, `rv-reach` with a sequence that the keys reach, and
 * `rv-open` with one that is opened, and `rv-pin` with one that is pinned or no longer pinned.
 * Up, Down, Page Up, Page Down, Home and End step, Enter opens, Space pins.
 */
export class SequenceList extends LitElement {
  static override properties = {
    model: { attribute: false },
    opened: { attribute: false },
    dark: { type: Boolean },
    top: { state: true },
    reached: { state: true },
  };
  declare model: SequenceListModel | null;
  /** Sequence that is open; null if there is none. */
  declare opened: number | null;
  declare dark: boolean;
  declare private top: number;
  /** Sequence that the keys have reached. */
  declare private reached: number | null;
  private readonly room = new ResizeController(this);

  static override styles = [
    controls,
    classDot,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 0;
        font-size: 12px;
        container-type: inline-size;
      }
      .scroller {
        position: absolute;
        inset: 0;
        overflow: auto;
        outline-offset: -2px;
      }
      .head,
      .row {
        display: grid;
        grid-template-columns: 60px minmax(56px, 92px) minmax(64px, 92px) 50px 40px 50px 58px 56px 62px minmax(
            200px,
            1fr
          );
        gap: 0 6px;
        padding: 0 6px;
        box-sizing: border-box;
        min-width: 676px;
        align-items: center;
      }
      .head {
        position: sticky;
        top: 0;
        z-index: 2;
        height: 26px;
        background: var(--rv-panel);
        border-bottom: 1px solid var(--rv-line);
      }
      .head button {
        border: 0;
        padding: 0;
        width: 100%;
        text-align: inherit;
        overflow: hidden;
        text-overflow: ellipsis;
        font-weight: 500;
      }
      .rows {
        position: relative;
        min-width: 676px;
      }
      .row {
        position: absolute;
        left: 0;
        right: 0;
        height: ${ROW}px;
        cursor: pointer;
      }
      .row:hover {
        background: var(--rv-hover);
      }
      .row[aria-selected='true'] {
        background: var(--rv-chosen);
      }
      .row.reached {
        box-shadow: inset 0 0 0 1px var(--rv-accent);
      }
      .row > * {
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
      .number {
        text-align: right;
      }
      .first {
        display: flex;
        justify-content: space-between;
        align-items: center;
      }
      .pin {
        border: 0;
        padding: 0;
        width: 24px;
        height: ${ROW}px;
        color: var(--rv-muted);
      }
      .pin::before {
        content: '◇';
      }
      .pin[aria-pressed='true']::before {
        content: '◆';
      }
      .pin[aria-pressed='true'] {
        color: var(--rv-accent);
        background: none;
      }
      .wrong {
        color: var(--rv-error);
        font-weight: 500;
      }
      @container (max-width: 696px) {
        .head,
        .row {
          grid-template-columns: 56px minmax(40px, 76px) minmax(40px, 84px) 34px 52px minmax(0, 1fr);
          min-width: 0;
        }
        .rows {
          min-width: 0;
        }
        .minor {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.model = null;
    this.opened = null;
    this.dark = false;
    this.top = 0;
    this.reached = null;
  }

  override render(): TemplateResult | typeof nothing {
    const { model } = this;
    if (!model) return nothing;
    const first = Math.max(0, Math.floor(this.top / ROW) - SPARE);
    const end = Math.min(model.rows.length, Math.ceil((this.top + this.room.height) / ROW) + SPARE);
    const colors = new ClassColors(model.classes, this.dark);
    const reached = this.reached ?? this.opened;
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label="Sequences. Arrow keys step, Enter opens, Space pins"
      aria-rowcount=${model.rows.length + 1}
      aria-activedescendant=${reached === null ? nothing : `row-${reached}`}
      @scroll=${this.scrolled}
      @keydown=${this.keyed}
    >
      <div class="head" role="row" aria-rowindex="1">${COLUMNS.map((column) => this.columnHead(column, model))}</div>
      <div class="rows" role="rowgroup" style="height:${model.rows.length * ROW}px">
        ${model.rows.slice(first, end).map((row, k) => this.row(row, first + k, model, colors))}
      </div>
    </div>`;
  }

  /** Scrolls to a sequence, if it is listed. */
  reveal(sequence: number): void {
    const index = this.model?.rows.findIndex((row) => row.sequence === sequence) ?? -1;
    if (index >= 0) this.scrollToIndex(index);
  }

  private columnHead(
    { id, label, help }: (typeof COLUMNS)[number],
    { order, signal }: SequenceListModel,
  ): TemplateResult {
    if (id === 'text' && signal)
      return html`<div role="columnheader" data-column=${id} title="Channels on one scale">signal</div>`;
    const way = order?.column === id ? (order.up ? 'ascending' : 'descending') : 'none';
    return html`<div
      role="columnheader"
      aria-sort=${way}
      class="${isNumber(id) ? 'number' : ''} ${MINOR.includes(id) ? 'minor' : ''}"
      data-column=${id}
    >
      <button title=${help} @click=${() => this.fire('rv-order', nextOrder(order, id))}>
        ${label}${way === 'none' ? '' : way === 'ascending' ? ' ▴' : ' ▾'}
      </button>
    </div>`;
  }

  private row(
    row: SequenceRow,
    index: number,
    { classes, stepName, signal, pins }: SequenceListModel,
    colors: ClassColors,
  ): TemplateResult {
    const name = (at: number) => (at < 0 ? '–' : html`<i style="background:${colors.solid(at)}"></i>${classes[at]}`);
    const title = (at: number) => classes[at] ?? 'no class';
    const isReached = row.sequence === (this.reached ?? this.opened);
    return html`<div
      class="row ${isReached ? 'reached' : ''}"
      id="row-${row.sequence}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${row.sequence === this.opened}
      style="top:${index * ROW}px"
      data-sequence=${row.sequence}
      @click=${() => this.open(row.sequence)}
    >
      <span role="gridcell" class="number first">${this.pinButton(row.sequence, pins)}${row.sequence}</span>
      <span role="gridcell" title=${title(row.label)}>${name(row.label)}</span>
      <span role="gridcell" title=${title(row.prediction)}>${name(row.prediction)}</span>
      <span role="gridcell" class="number minor">${percent(row.probability)}</span>
      <span role="gridcell" class=${row.right === false ? 'wrong' : ''}
        >${row.right === null ? '–' : row.right ? 'yes' : 'no'}</span
      >
      <span role="gridcell" class="number minor">${row.length}</span>
      <span role="gridcell" class="number">${row.decision < 0 ? '–' : row.decision}</span>
      <span role="gridcell" class="number minor">${row.firstLearned === null ? '–' : stepName(row.firstLearned)}</span>
      <span role="gridcell" class="number minor">${Number.isNaN(row.forgotten) ? '–' : row.forgotten}</span>
      <span role="gridcell">${signal ? this.curves(row, signal) : row.text.slice(0, MOST_CHARACTERS)}</span>
    </div>`;
  }

  private pinButton(sequence: number, pins: readonly number[]): TemplateResult {
    const isPinned = pins.includes(sequence);
    const isFree = canPin(pins, sequence);
    return html`<button
      class="pin"
      tabindex="-1"
      aria-pressed=${isPinned}
      aria-label="Pin sequence ${sequence}"
      title=${isPinned ? 'Do not compare it any longer' : isFree ? 'Pin, to compare with others' : PINS_ARE_MANY}
      ?disabled=${!isFree}
      @click=${(event: Event) => {
        event.stopPropagation();
        this.reached = sequence;
        this.renderRoot.querySelector<HTMLElement>('.scroller')?.focus();
        this.fire('rv-pin', sequence);
      }}
    ></button>`;
  }

  /** Channels of a sequence as small lines. */
  private curves(
    { sequence, length }: SequenceRow,
    { lines, starts }: NonNullable<SequenceListModel['signal']>,
  ): TemplateResult {
    const colors = palette(this.dark).series;
    const x = (position: number) => (CURVE_WIDTH * position) / Math.max(1, length);
    const y = (share: number) => 2 + (1 - share) * (ROW - 6);
    return html`<svg width=${CURVE_WIDTH} height=${ROW - 2} role="img" aria-label="Channels of sequence ${sequence}">
      ${lines.names.map(
        (_, k) =>
          svg`<path fill="none" stroke=${colors[k % colors.length]}
            d=${channelPath(lines, k, starts[sequence], length, x, y, CURVE_WIDTH)}></path>`,
      )}
    </svg>`;
  }

  private readonly scrolled = (event: Event): void => {
    this.top = (event.currentTarget as HTMLElement).scrollTop;
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).closest('button')) return;
    const rows = this.model?.rows ?? [];
    const at = rows.findIndex(({ sequence }) => sequence === (this.reached ?? this.opened));
    const page = Math.max(1, Math.floor(this.room.height / ROW) - 2);
    const goals: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    if (event.key === 'Enter' && at >= 0) this.open(rows[at].sequence);
    else if (event.key === ' ' && at >= 0) this.fire('rv-pin', rows[at].sequence);
    else if (event.key in goals && rows.length) {
      const goal = Math.min(rows.length - 1, Math.max(0, goals[event.key]));
      this.reached = rows[goal].sequence;
      this.scrollToIndex(goal);
      this.fire('rv-reach', this.reached);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private open(sequence: number): void {
    this.reached = sequence;
    this.fire('rv-open', sequence);
  }

  private scrollToIndex(index: number): void {
    const scroller = this.renderRoot.querySelector('.scroller');
    if (!scroller) return;
    const room = this.room.height - 26;
    if (index * ROW < scroller.scrollTop) scroller.scrollTop = index * ROW;
    else if ((index + 1) * ROW > scroller.scrollTop + room) scroller.scrollTop = (index + 1) * ROW - room;
  }

  private fire(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
customElements.define('rv-sequence-list', SequenceList);

const NUMBERS: readonly ColumnId[] = ['sequence', 'probability', 'length', 'decision', 'firstLearned', 'forgotten'];
/** Columns that a narrow table leaves out. */
const MINOR: readonly ColumnId[] = ['probability', 'length', 'firstLearned', 'forgotten'];
const isNumber = (id: ColumnId) => NUMBERS.includes(id);
