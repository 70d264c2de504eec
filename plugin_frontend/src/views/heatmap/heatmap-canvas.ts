import { css, html, LitElement, render } from 'lit';
import { FONT, sheet } from '../../draw/axes-canvas.ts';
import { palette } from '../../draw/axes.ts';
import { paintHover } from '../../draw/heatmap-hover.ts';
import { placeAt, rowAt, WIDEST, type Layout, type Scroll, type Shape, type Zoom } from '../../draw/heatmap-layout.ts';
import { paintHeatmap } from '../../draw/heatmap-paint.ts';
import { rowOfUnit, unitOfRow, type Picture } from '../../draw/heatmap-picture.ts';
import type { Group } from '../../draw/heatmap-rows.ts';
import type { Factor } from '../../draw/heatmap-zoom.ts';
import { barHeads, headStyle, type Heads } from './bar-heads.ts';
import { Drag } from './drag.ts';
import { arrowOf, cellBeside, KEYS_HELP, zoomOf } from './heatmap-keys.ts';
import { Viewport } from './viewport.ts';

/** A picture with what lays it out. */
export interface HeatmapModel {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
}

/** What is under the pointer; both null when it left. `unit` is below 0 of a row that is no unit. */
export interface Pointed {
  readonly unit: number | null;
  readonly place: number | null;
}

export type Range = readonly [first: number, end: number];

const NO_HEADS: Heads = { features: [], statistic: '', sorted: -1 };
const LEAST = 40;

/**
 * A heatmap that scrolls and zooms. Fires `rv-point` with Pointed, `rv-pick` with a row, `rv-brush` with places or null, `rv-sort` with
 * a column of bars, `rv-zoom` when its zoom changed.
 */
export class HeatmapCanvas extends LitElement {
  static override properties = {
    model: { attribute: false },
    dark: { attribute: false },
    rowHeight: { attribute: false },
    pointed: { attribute: false },
    range: { attribute: false },
    heads: { attribute: false },
  };
  declare model: HeatmapModel | null;
  declare dark: boolean;
  declare rowHeight: Zoom['rowHeight'];
  declare pointed: Pointed;
  declare range: Range | null;
  declare heads: Heads;
  private view!: Viewport;
  private frame = 0;
  private reveal = true;
  private observer = new ResizeObserver(() => this.schedule());
  private readonly drag = new Drag<{ readonly scroll: Scroll; readonly place: number | null }>();
  private brushing: Range | null = null;
  private labelWidths: { model: HeatmapModel; row: number; column: number } | null = null;

  static override styles = [headStyle, css`
    :host { display: block; position: absolute; inset: 0; }
    .scroller { position: absolute; inset: 0; overflow: auto; scrollbar-width: thin; scrollbar-color: #9e9e9e88 transparent; overscroll-behavior: contain; outline: none; }
    .scroller:focus-visible { outline: 2px solid var(--rv-accent, #f57c00); outline-offset: -2px; }
    .still { position: sticky; top: 0; left: 0; width: 0; height: 0; }
    canvas { position: absolute; top: 0; left: 0; display: block; }
    .hover { pointer-events: none; }
    .dragged { cursor: grabbing; }
    .brushed { cursor: col-resize; }
  `];

  constructor() {
    super();
    this.model = this.range = null;
    this.dark = false;
    this.rowHeight = 'fit';
    this.pointed = { unit: null, place: null };
    this.heads = NO_HEADS;
  }

  override render() {
    return html`<div
      class="scroller"
      tabindex="0"
      role="application"
      aria-roledescription="heatmap"
      aria-label="Heatmap. ${KEYS_HELP}"
      @scroll=${() => this.schedule()}
      @wheel=${{ handleEvent: (event: WheelEvent) => this.onWheel(event), passive: false }}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${this.endDrag}
      @pointerleave=${() => this.drag.going || this.point({ unit: null, place: null })}
      @dblclick=${(event: MouseEvent) => this.inHead(event) || this.zoomToCell(this.hit(event))}
      @keydown=${this.onKey}
    ><div class="extent"><div class="still"><canvas class="cells"></canvas><canvas class="hover"></canvas><div class="heads"></div></div></div></div>`;
  }

  override firstUpdated(): void {
    this.view = new Viewport(this.scroller, this.renderRoot.querySelector<HTMLElement>('.extent')!, () => this.rowHeight);
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
      if (old && this.model && old.picture.chosen !== this.model.picture.chosen) this.reveal = true;
      if (old && this.model && old.columns !== this.model.columns) this.view.forget('columns');
    }
    if (changed.has('rowHeight')) this.view.forget('all');
    if ([...changed.keys()].every((name) => name === 'pointed' || name === 'range')) this.paintOver();
    else this.schedule();
  }

  /** Around the middle; 0 shows rows and columns as they usually stand. */
  zoomBy(factor: Factor): void {
    const { clientWidth, clientHeight } = this.scroller;
    this.zoom(factor, { x: clientWidth / 2, y: clientHeight / 2 });
  }

  get zoomed(): boolean {
    return this.view?.zoomed ?? false;
  }

  private get scroller(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.scroller')!;
  }

  private canvas(name: string): HTMLCanvasElement {
    return this.renderRoot.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private shape(model: HeatmapModel): Shape {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const { groups, rows, columns, picture } = model;
    if (this.labelWidths?.model !== model) this.labelWidths = this.measure(model);
    const { row, column } = this.labelWidths;
    return { width, height, groups, rows, columns, rowLabel: row, columnLabel: column, bars: picture.bars.length, widest: picture.axis.kind === 'tokens' ? WIDEST : Infinity };
  }

  private measure(model: HeatmapModel) {
    const context = this.canvas('cells').getContext('2d');
    if (context) context.font = FONT;
    const width = (text: string) => (context ? context.measureText(text).width : 6 * text.length);
    const { picture, groups, rows, columns } = model;
    const { axis } = picture;
    const labels = axis.kind === 'tokens' ? Array.from({ length: Math.min(columns, 400) }, (_, place) => width(axis.label(place))) : [];
    return { model, row: Math.max(width('match'), width(String(rows)), ...groups.flatMap(({ units }) => units.map((unit) => width(picture.label(unit))))), column: Math.max(0, ...labels) };
  }

  private paint(): void {
    const { model, view } = this;
    const { clientWidth: width, clientHeight: height } = this.scroller;
    if (!model || width < LEAST || height < LEAST) return;
    const layout = view.fit(this.shape(model));
    if (this.reveal) {
      this.reveal = false;
      const row = rowOfUnit(model.picture, model.picture.chosen, layout.rows);
      if (row >= 0) view.reveal(row, null);
    }
    const surface = sheet(this.canvas('cells'), width, height);
    if (surface) paintHeatmap(surface, model.picture, layout, view.scroll, palette(this.dark));
    this.paintOver();
    render(barHeads(this.heads, layout, width, (column) => this.fire('rv-sort', column)), this.renderRoot.querySelector<HTMLElement>('.heads')!);
  }

  private paintOver(): void {
    const { model, view } = this;
    if (!model || !view.layout) return;
    const surface = sheet(this.canvas('hover'), this.scroller.clientWidth, this.scroller.clientHeight);
    if (surface) paintHover(surface, model.picture, view.layout, view.scroll, { ...this.pointed, range: this.brushing ?? this.range }, palette(this.dark));
  }

  private hit(event: MouseEvent): Pointed {
    const { model, view } = this;
    if (!model || !view.layout) return { unit: null, place: null };
    const { x, y } = this.at(event);
    const found = rowAt(view.layout, view.scroll, y);
    return { unit: found ? ('unit' in found ? found.unit : unitOfRow(model.picture, found.row)) : null, place: placeAt(view.layout, view.scroll, x) };
  }

  private at(event: MouseEvent) {
    const { left, top } = this.scroller.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private fire(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private point(pointed: Pointed): void {
    if (pointed.unit !== this.pointed.unit || pointed.place !== this.pointed.place) this.fire('rv-point', pointed);
  }

  private readonly inHead = (event: Event): boolean => (event.composedPath()[0] as Element).classList?.contains('bar-head') ?? false;

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || event.pointerType === 'touch' || this.onScrollbar(event) || this.inHead(event)) return;
    this.drag.begin(event, { scroll: this.view.scroll, place: event.shiftKey ? this.hit(event).place : null });
  }

  private onMove(event: PointerEvent): void {
    if (!this.drag.going) return this.point(this.hit(event));
    const moved = this.drag.move(event);
    if (!moved) return;
    const { scroll, place } = moved.start;
    if (place === null) {
      this.scroller.classList.add('dragged');
      this.view.scroll = { left: scroll.left - moved.dx, top: scroll.top - moved.dy };
      return;
    }
    this.scroller.classList.add('brushed');
    const to = this.nearestPlace(event);
    this.brushing = [Math.min(place, to), Math.max(place, to) + 1];
    this.paintOver();
  }

  private nearestPlace(event: MouseEvent): number {
    const layout = this.view.layout as Layout;
    const inside = Math.max(layout.left, Math.min(layout.right - 1, this.at(event).x));
    return placeAt(layout, this.view.scroll, inside) ?? layout.columns - 1;
  }

  private onUp(event: PointerEvent): void {
    const { brushing } = this;
    const clicked = event.pointerType === 'touch' ? !this.onScrollbar(event) && !this.inHead(event) : this.endDrag();
    if (brushing) return this.fire('rv-brush', brushing);
    if (!clicked) return;
    if (event.shiftKey) return this.fire('rv-brush', null);
    const { unit } = this.hit(event);
    if (unit !== null) this.fire('rv-pick', unit);
  }

  /** True when it was a click. */
  private readonly endDrag = (): boolean => {
    this.scroller.classList.remove('dragged', 'brushed');
    this.brushing = null;
    return this.drag.end();
  };

  private onScrollbar(event: MouseEvent): boolean {
    const { x, y } = this.at(event);
    return x >= this.scroller.clientWidth || y >= this.scroller.clientHeight;
  }

  /** With Ctrl: both axes, beside the cells only one. */
  private onWheel(event: WheelEvent): void {
    const { layout } = this.view;
    if (!layout) return;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault();
      const by = Math.exp(-event.deltaY / 300);
      const at = this.at(event);
      this.zoom({ x: at.x < layout.left ? 1 : by, y: at.y > layout.bottom ? 1 : by }, at);
    } else if (!layout.maxTop && layout.maxLeft && !event.deltaX) {
      event.preventDefault();
      this.scroller.scrollLeft += event.deltaY;
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.inHead(event)) return;
    const factor = zoomOf(event.key);
    const arrow = arrowOf(event.key);
    if (factor) this.zoomBy(factor);
    // The arrows go through epochs and units unless the heatmap was reached with the keyboard.
    else if (arrow && this.scroller.matches(':focus-visible')) this.move(arrow, event.shiftKey);
    else if (event.key === ' ' && this.pointed.unit !== null) this.fire('rv-pick', this.pointed.unit);
    else if (event.key === 'Enter') this.zoomToCell(this.pointed);
    else if (event.key === 'Escape' && this.range) this.fire('rv-brush', null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(by: readonly [number, number], marks: boolean): void {
    const { model, view, pointed, range } = this;
    if (!model || !view.layout?.columns) return;
    const first = pointed.unit === null || pointed.place === null;
    const from = { unit: pointed.unit ?? model.picture.chosen, place: pointed.place ?? placeAt(view.layout, view.scroll, view.layout.left) ?? 0 };
    const to = first ? from : cellBeside(from, by, model.picture, view.layout);
    if (marks && by[0]) {
      // The end that stands where the cursor is moves.
      const fixed = !range ? from.place : range[0] === from.place ? range[1] - 1 : range[0];
      this.fire('rv-brush', [Math.min(fixed, to.place), Math.max(fixed, to.place) + 1]);
    }
    const row = rowOfUnit(model.picture, to.unit, view.layout.rows);
    view.reveal(row < 0 ? null : row, to.place);
    this.fire('rv-point', to);
  }

  /** Chooses the row and shows its cell so near that it can be read; once there, goes back. */
  private zoomToCell({ unit, place }: Pointed): void {
    const { model, view } = this;
    if (!model || !view.layout) return;
    const wanted = unit ?? model.picture.chosen;
    const row = rowOfUnit(model.picture, wanted, view.layout.rows);
    if (unit !== null) this.fire('rv-pick', unit);
    if (view.zoomed) view.forget('all');
    else view.zoomToCell(row < 0 ? null : row, place);
    this.paint();
    this.fire('rv-zoom');
  }

  private zoom(factor: Factor, at: { readonly x: number; readonly y: number }): void {
    if (!this.model) return;
    this.view.zoomBy(factor, at);
    this.paint();
    this.fire('rv-zoom');
  }
}
customElements.define('rv-heatmap-canvas', HeatmapCanvas);
