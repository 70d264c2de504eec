import { css, html, LitElement, render } from 'lit';
import { FONT, sheet } from '../draw/axes-canvas.ts';
import { palette } from '../draw/axes.ts';
import { paintHover } from '../draw/heatmap-hover.ts';
import { WIDEST, type Scroll, type Shape, type Zoom } from '../draw/heatmap-layout.ts';
import { paintHeatmap } from '../draw/heatmap-paint.ts';
import { rowOfUnit, type Picture } from '../draw/heatmap-picture.ts';
import type { Group } from '../draw/heatmap-rows.ts';
import type { Factor } from '../draw/heatmap-zoom.ts';
import { barHeads, headStyle, type Heads } from './heatmap-bar-heads.ts';
import { Gestures, type Target } from './heatmap-gestures.ts';
import { KEYS_HELP } from './heatmap-keys.ts';
import { Viewport } from './heatmap-viewport.ts';

/** A picture with what lays it out. */
export interface HeatmapModel {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
}

/**
 * Cell under the pointer; both null when it left.
 * `unit` is below 0 for a row that is no unit.
 */
export interface HoverTarget {
  readonly unit: number | null;
  readonly column: number | null;
}

/** Places, from the first to before the end. */
export type Range = readonly [first: number, end: number];

const NO_HEADS: Heads = { features: [], statistic: '', sorted: -1 };
const LEAST = 40;
/** Columns whose labels are measured. */
const MEASURED = 400;

/**
 * Heatmap that scrolls and zooms.
 * Fires `rv-point` with a HoverTarget, `rv-pick` with a row, `rv-brush` with a Range or null, `rv-sort` with a
 * column of bars, and `rv-zoom` when its zoom changed.
 */
export class HeatmapCanvas extends LitElement implements Target {
  static override properties = {
    model: { attribute: false },
    dark: { attribute: false },
    rowHeight: { attribute: false },
    pointed: { attribute: false },
    range: { attribute: false },
    destination: { attribute: false },
    heads: {
      attribute: false,
      hasChanged: (now: Heads, old: Heads | undefined) => JSON.stringify(now) !== JSON.stringify(old),
    },
  };
  declare model: HeatmapModel | null;
  declare dark: boolean;
  declare rowHeight: Zoom['rowHeight'];
  declare pointed: HoverTarget;
  declare range: Range | null;
  /** Place to scroll to when it changes; null if there is none. */
  declare destination: number | null;
  declare heads: Heads;
  view!: Viewport;
  private readonly gestures = new Gestures(this);
  private frame = 0;
  private revealing = true;
  private isColumnRevealed = true;
  /** Left edge before the heatmap was scrolled to a column; null if it was not. */
  private origin: number | null = null;
  private observer = new ResizeObserver(() => this.schedule());
  private painted: Scroll | null = null;
  private labels: { readonly model: HeatmapModel; readonly row: number; readonly column: number } | null = null;

  static override styles = [
    headStyle,
    css`
      :host {
        display: block;
        position: absolute;
        inset: 0;
      }
      .scroller {
        position: absolute;
        inset: 0;
        overflow: auto;
        scrollbar-width: thin;
        scrollbar-color: #9e9e9e88 transparent;
        overscroll-behavior: contain;
        outline: none;
      }
      .scroller:focus-visible {
        outline: 2px solid var(--rv-accent, #f57c00);
        outline-offset: -2px;
      }
      .still {
        position: sticky;
        top: 0;
        left: 0;
        width: 0;
        height: 0;
      }
      canvas {
        position: absolute;
        top: 0;
        left: 0;
        display: block;
      }
      .hover {
        pointer-events: none;
      }
      .dragged {
        cursor: grabbing;
      }
      .brushed {
        cursor: col-resize;
      }
    `,
  ];

  constructor() {
    super();
    this.model = this.range = this.destination = null;
    this.dark = false;
    this.rowHeight = 'fit';
    this.pointed = { unit: null, column: null };
    this.heads = NO_HEADS;
  }

  override render() {
    const { gestures } = this;
    return html`<div
      class="scroller"
      tabindex="0"
      role="application"
      aria-roledescription="heatmap"
      aria-label="Heatmap. ${KEYS_HELP}"
      @scroll=${() => this.scrolled()}
      @wheel=${{ handleEvent: (event: WheelEvent) => gestures.wheel(event), passive: false }}
      @pointerdown=${gestures.down}
      @pointermove=${gestures.move}
      @pointerup=${gestures.up}
      @pointercancel=${gestures.cancel}
      @pointerleave=${gestures.leave}
      @dblclick=${gestures.twice}
      @keydown=${gestures.key}
    >
      <div class="extent">
        <div class="still">
          <canvas class="cells"></canvas><canvas class="hover"></canvas>
          <div class="heads"></div>
        </div>
      </div>
    </div>`;
  }

  override firstUpdated(): void {
    this.view = new Viewport(
      this.scroller,
      this.renderRoot.querySelector<HTMLElement>('.extent')!,
      () => this.rowHeight,
    );
    this.observer.observe(this.scroller);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.observer.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has('model')) {
      const old = changed.get('model') as HeatmapModel | null | undefined;
      if (old && this.model && old.picture.chosen !== this.model.picture.chosen) this.revealing = true;
      if (old && this.model && old.columns !== this.model.columns) this.view.forget('columns');
    }
    if (changed.has('rowHeight')) this.view.forget('all');
    if (changed.has('destination')) this.isColumnRevealed = false;
    if ([...changed.keys()].every((name) => name === 'pointed' || name === 'range')) this.paintOver();
    else this.schedule();
  }

  get zoomed(): boolean {
    return this.view?.zoomed ?? false;
  }

  /** True if the heatmap was scrolled to a column, so that `goBack` undoes it. */
  get canGoBack(): boolean {
    return this.origin !== null;
  }

  /** Scrolls back to the columns before the heatmap scrolled to another one. */
  goBack(): void {
    if (this.origin !== null) this.view.scroll = { ...this.view.scroll, left: this.origin };
    this.origin = null;
    this.repaint();
    this.say('zoom', null);
  }

  get scroller(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.scroller')!;
  }

  say(what: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`rv-${what}`, { detail }));
  }

  /** Around the middle; 0 shows rows and columns as they usually stand. */
  zoomBy(factor: Factor): void {
    const { clientWidth, clientHeight } = this.scroller;
    this.zoom(factor, { x: clientWidth / 2, y: clientHeight / 2 });
  }

  zoom(factor: Factor, at: { readonly x: number; readonly y: number }): void {
    if (!this.model) return;
    this.view.zoomBy(factor, at);
    this.repaint();
    this.say('zoom', null);
  }

  /**
   * Chooses the row and zooms in on its cell until it can be read.
   * Once zoomed, it goes back.
   */
  zoomToCell({ unit, column }: HoverTarget): void {
    const { model, view } = this;
    if (!model || !view.layout) return;
    const row = rowOfUnit(model.picture, unit ?? model.picture.chosen, view.layout.rows);
    if (unit !== null) this.say('pick', unit);
    if (view.zoomed) view.forget('all');
    else view.zoomToCell(row < 0 ? null : row, column);
    this.repaint();
    this.say('zoom', null);
  }

  private canvas(name: string): HTMLCanvasElement {
    return this.renderRoot.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
  }

  /** Zooming scrolls as well, and has painted that already. */
  private scrolled(): void {
    const { left, top } = this.view.scroll;
    if (left !== this.painted?.left || top !== this.painted.top) this.schedule();
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.repaint();
    });
  }

  private shape(model: HeatmapModel): Shape {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const { groups, rows, columns, picture } = model;
    if (this.labels?.model !== model) this.labels = this.measure(model);
    const { row, column } = this.labels;
    return {
      width,
      height,
      groups,
      rows,
      columns,
      rowLabel: row,
      columnLabel: column,
      bars: picture.bars.length,
      widest: picture.axis.kind === 'tokens' ? WIDEST : Infinity,
    };
  }

  private measure(model: HeatmapModel) {
    const context = this.canvas('cells').getContext('2d');
    if (context) context.font = FONT;
    const width = (text: string) => (context ? context.measureText(text).width : 6 * text.length);
    const { picture, groups, rows, columns } = model;
    const { axis } = picture;
    const labels =
      axis.kind === 'tokens'
        ? Array.from({ length: Math.min(columns, MEASURED) }, (_, column) => width(axis.label(column)))
        : [];
    return {
      model,
      row: Math.max(
        width('match'),
        width(String(rows)),
        ...groups.flatMap(({ units }) => units.map((unit) => width(picture.label(unit)))),
      ),
      column: Math.max(0, ...labels),
    };
  }

  repaint(ratio?: number): void {
    const { model, view } = this;
    const { clientWidth: width, clientHeight: height } = this.scroller;
    if (!model || width < LEAST || height < LEAST) return;
    const layout = view.fit(this.shape(model));
    if (this.revealing) {
      this.revealing = false;
      const row = rowOfUnit(model.picture, model.picture.chosen, layout.rows);
      if (row >= 0) view.reveal(row, null);
    }
    this.revealColumn();
    const surface = sheet(this.canvas('cells'), width, height, ratio);
    this.painted = view.scroll;
    if (surface) paintHeatmap(surface, model.picture, layout, view.scroll, palette(this.dark));
    this.paintOver(ratio);
    render(
      barHeads(this.heads, layout, width, (column) => this.say('sort', column)),
      this.renderRoot.querySelector<HTMLElement>('.heads')!,
    );
  }

  private revealColumn(): void {
    if (this.isColumnRevealed) return;
    this.isColumnRevealed = true;
    const { left } = this.view.scroll;
    this.view.reveal(null, this.destination);
    if (this.view.scroll.left === left || !this.painted) return;
    this.origin = left;
    this.say('zoom', null);
  }

  paintOver(ratio?: number): void {
    const { model, view, pointed, range } = this;
    if (!model || !view.layout) return;
    const surface = sheet(this.canvas('hover'), this.scroller.clientWidth, this.scroller.clientHeight, ratio);
    if (surface)
      paintHover(
        surface,
        model.picture,
        view.layout,
        view.scroll,
        { ...pointed, range: this.gestures.brushing ?? range },
        palette(this.dark),
      );
  }
}
customElements.define('rv-heatmap-canvas', HeatmapCanvas);
