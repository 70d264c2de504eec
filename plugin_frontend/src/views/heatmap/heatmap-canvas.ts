import { LitElement, css, html } from 'lit';
import { FONT, sheet } from '../../draw/axes-canvas.ts';
import { palette } from '../../draw/axes.ts';
import { clampScroll, layOut, placeAt, rowAt, rowTop, zoomAt, type Layout, type Scroll, type Shape, type Zoom, WIDEST } from '../../draw/heatmap-layout.ts';
import { paintHover } from '../../draw/heatmap-hover.ts';
import { paintHeatmap } from '../../draw/heatmap-paint.ts';
import { rowOfUnit, unitOfRow, type Picture } from '../../draw/heatmap-picture.ts';
import type { Group } from '../../draw/heatmap-rows.ts';
import { Drag } from './drag.ts';

/** A picture with what lays it out. */
export interface HeatmapModel {
  readonly picture: Picture;
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly columns: number;
}

/** What is under the pointer; both null when it left. */
export interface Pointed {
  readonly unit: number | null;
  readonly place: number | null;
}

const STEP = 1.5;

/** A heatmap that scrolls and zooms. Fires `rv-point` with Pointed, `rv-pick` with a unit, `rv-zoom` when its zoom changed. */
export class HeatmapCanvas extends LitElement {
  static override properties = {
    model: { attribute: false },
    dark: { attribute: false },
    rowHeight: { attribute: false },
    pointed: { attribute: false },
  };
  declare model: HeatmapModel | null;
  declare dark: boolean;
  declare rowHeight: Zoom['rowHeight'];
  declare pointed: Pointed;
  private columnWidth: Zoom['columnWidth'] = 'fit';
  private layout: Layout | null = null;
  private frame = 0;
  private reveal = true;
  private observer = new ResizeObserver(() => this.schedule());
  private readonly drag = new Drag<Scroll>();
  private labelWidths: { model: HeatmapModel; column: number } | null = null;

  static override styles = css`
    :host { display: block; position: absolute; inset: 0; }
    .scroller { position: absolute; inset: 0; overflow: auto; scrollbar-width: thin; scrollbar-color: #9e9e9e88 transparent; overscroll-behavior: contain; outline: none; }
    .scroller:focus-visible { outline: 2px solid var(--rv-accent, #f57c00); outline-offset: -2px; }
    .still { position: sticky; top: 0; left: 0; width: 0; height: 0; }
    canvas { position: absolute; top: 0; left: 0; display: block; }
    .dragged { cursor: grabbing; }
  `;

  constructor() {
    super();
    this.model = null;
    this.dark = false;
    this.rowHeight = 'fit';
    this.pointed = { unit: null, place: null };
  }

  override render() {
    return html`<div
      class="scroller"
      tabindex="0"
      role="img"
      aria-label="Heatmap of units by tokens. Plus and minus zoom, zero shows all columns."
      @scroll=${() => this.schedule()}
      @wheel=${{ handleEvent: (event: WheelEvent) => this.onWheel(event), passive: false }}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${() => this.drag.end()}
      @pointerleave=${() => this.drag.going || this.point({ unit: null, place: null })}
      @keydown=${this.onKey}
    ><div class="extent"><div class="still"><canvas class="cells"></canvas><canvas class="hover"></canvas></div></div></div>`;
  }

  override firstUpdated(): void {
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
      if (old && this.model && old.columns !== this.model.columns) this.columnWidth = 'fit';
    }
    if (changed.size === 1 && changed.has('pointed')) this.paintPointed();
    else this.schedule();
  }

  /** Zooms the columns around the middle; 0 shows all of them. */
  zoomBy(factor: number): void {
    const box = this.scroller.getBoundingClientRect();
    this.zoom(factor, box.width / 2);
  }

  get zoomed(): boolean {
    return this.columnWidth !== 'fit';
  }

  private get scroller(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.scroller')!;
  }

  private canvas(name: string): HTMLCanvasElement {
    return this.renderRoot.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
  }

  private get offset() {
    const { scrollLeft: left, scrollTop: top } = this.scroller;
    return this.layout ? clampScroll(this.layout, { left, top }) : { left, top };
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private shape(model: HeatmapModel): Shape {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const context = this.canvas('cells').getContext('2d');
    const measure = (text: string) => (context ? context.measureText(text).width : 6 * text.length);
    if (context) context.font = FONT;
    if (this.labelWidths?.model !== model) {
      const { axis } = model.picture;
      let column = 0;
      if (axis.kind === 'tokens') for (let place = 0; place < Math.min(model.columns, 400); place++) column = Math.max(column, measure(axis.label(place)));
      this.labelWidths = { model, column };
    }
    return {
      width,
      height,
      groups: model.groups,
      rows: model.rows,
      columns: model.columns,
      rowLabel: Math.max(measure('match'), ...model.groups.flatMap(({ units }) => units.map((unit) => measure(String(unit)))), measure(String(model.rows))),
      columnLabel: this.labelWidths.column,
      hasBars: model.picture.bars !== null,
      widest: model.picture.axis.kind === 'tokens' ? WIDEST : Infinity,
    };
  }

  private paint(): void {
    const { model } = this;
    const { clientWidth: width, clientHeight: height } = this.scroller;
    if (!model || width < 40 || height < 40) return;
    const layout = (this.layout = layOut(this.shape(model), { rowHeight: this.rowHeight, columnWidth: this.columnWidth }));
    const extent = this.renderRoot.querySelector<HTMLElement>('.extent')!;
    extent.style.width = layout.maxLeft ? `${width + layout.maxLeft}px` : '100%';
    extent.style.height = layout.maxTop ? `${height + layout.maxTop}px` : '100%';
    if (this.reveal) this.revealChosen(layout);
    const surface = sheet(this.canvas('cells'), width, height);
    if (surface) paintHeatmap(surface, model.picture, layout, this.offset, palette(this.dark));
    this.paintPointed();
  }

  private paintPointed(): void {
    const { model, layout } = this;
    if (!model || !layout) return;
    const surface = sheet(this.canvas('hover'), this.scroller.clientWidth, this.scroller.clientHeight);
    if (surface) paintHover(surface, model.picture, layout, this.offset, this.pointed.unit, this.pointed.place, palette(this.dark));
  }

  private revealChosen(layout: Layout): void {
    this.reveal = false;
    const { picture } = this.model!;
    const row = rowOfUnit(picture, picture.chosen, layout.rows);
    if (row < 0) return;
    const y = rowTop(layout, this.offset, row);
    const room = layout.bottom - layout.top;
    if (y < layout.top || y + layout.rowHeight > layout.bottom) this.scroller.scrollTop = row * layout.rowHeight - room / 2;
  }

  private hit(event: MouseEvent): Pointed {
    const { model, layout } = this;
    if (!model || !layout) return { unit: null, place: null };
    const box = this.scroller.getBoundingClientRect();
    const found = rowAt(layout, this.offset, event.clientY - box.top);
    const unit = found ? ('unit' in found ? found.unit : unitOfRow(model.picture, found.row)) : null;
    return { unit, place: placeAt(layout, this.offset, event.clientX - box.left) };
  }

  private point(pointed: Pointed): void {
    if (pointed.unit === this.pointed.unit && pointed.place === this.pointed.place) return;
    this.dispatchEvent(new CustomEvent('rv-point', { detail: pointed }));
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || event.pointerType === 'touch' || this.onScrollbar(event)) return;
    const { scrollLeft: left, scrollTop: top } = this.scroller;
    this.drag.begin(event, { left, top });
  }

  private onMove(event: PointerEvent): void {
    if (!this.drag.going) return this.point(this.hit(event));
    const moved = this.drag.move(event);
    if (!moved) return;
    this.scroller.classList.add('dragged');
    this.scroller.scrollLeft = moved.start.left - moved.dx;
    this.scroller.scrollTop = moved.start.top - moved.dy;
  }

  private onUp(event: PointerEvent): void {
    const clicked = event.pointerType === 'touch' ? !this.onScrollbar(event) : this.drag.end();
    this.scroller.classList.remove('dragged');
    if (!clicked) return;
    const { unit } = this.hit(event);
    if (unit !== null) this.dispatchEvent(new CustomEvent('rv-pick', { detail: unit }));
  }

  private onScrollbar(event: MouseEvent): boolean {
    const box = this.scroller.getBoundingClientRect();
    return event.clientX - box.left >= this.scroller.clientWidth || event.clientY - box.top >= this.scroller.clientHeight;
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), event.clientX - this.scroller.getBoundingClientRect().left);
    } else if (this.layout && !this.layout.maxTop && this.layout.maxLeft && !event.deltaX) {
      event.preventDefault();
      this.scroller.scrollLeft += event.deltaY;
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') this.zoomBy(STEP);
    else if (event.key === '-') this.zoomBy(1 / STEP);
    else if (event.key === '0') this.zoomBy(0);
    else return;
    event.preventDefault();
  }

  private zoom(factor: number, x: number): void {
    const { model } = this;
    if (!model) return;
    const before = this.columnWidth;
    const { zoom, left } = zoomAt(this.shape(model), { rowHeight: this.rowHeight, columnWidth: before }, this.offset, factor, x);
    this.columnWidth = zoom.columnWidth;
    this.paint();
    this.scroller.scrollLeft = left;
    this.paint();
    if ((before === 'fit') !== (zoom.columnWidth === 'fit')) this.dispatchEvent(new CustomEvent('rv-zoom'));
  }
}
customElements.define('rv-heatmap-canvas', HeatmapCanvas);
