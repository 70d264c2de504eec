import { clampScroll, layOut, type Layout, type Scroll, type Shape, type Zoom } from '../draw/heatmap-layout.ts';
import { reveal, zoomAt, zoomToCell, type Factor, type Zoomed } from '../draw/heatmap-zoom.ts';

/**
 * Largest height and width to scroll, in pixels: browsers go no further.
 * Beyond it one scrolled pixel is several.
 */
const MOST_SCROLL = 8e6;

/** Visible part of a heatmap: zoom, scroll position and the layout that follows. */
export class Viewport {
  layout: Layout | null = null;
  private shape: Shape | null = null;
  private own: Partial<Zoom> = {};

  /**
   * Scrolls the element `scroller`, whose content has the size of `extent`.
   * `usual` is the height of rows until they are zoomed.
   */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly extent: HTMLElement,
    private readonly usual: () => Zoom['rowHeight'],
  ) {}

  get zoom(): Zoom {
    return { rowHeight: this.own.rowHeight ?? this.usual(), columnWidth: this.own.columnWidth ?? 'fit' };
  }

  get zoomed(): boolean {
    return this.own.rowHeight !== undefined || this.own.columnWidth !== undefined;
  }

  /** Forgets how far columns, or everything, were zoomed. */
  forget(what: 'columns' | 'all'): void {
    this.own = what === 'columns' && this.own.rowHeight !== undefined ? { rowHeight: this.own.rowHeight } : {};
  }

  fit(shape: Shape): Layout {
    this.shape = shape;
    const layout = (this.layout = layOut(shape, this.zoom));
    const { clientWidth, clientHeight } = this.scroller;
    this.extent.style.width = layout.maxLeft ? `${clientWidth + Math.min(MOST_SCROLL, layout.maxLeft)}px` : '100%';
    this.extent.style.height = layout.maxTop ? `${clientHeight + Math.min(MOST_SCROLL, layout.maxTop)}px` : '100%';
    return layout;
  }

  get scroll(): Scroll {
    const { layout } = this;
    const { scrollLeft, scrollTop } = this.scroller;
    if (!layout) return { left: scrollLeft, top: scrollTop };
    return clampScroll(layout, { left: scrollLeft * coarse(layout.maxLeft), top: scrollTop * coarse(layout.maxTop) });
  }

  set scroll({ left, top }: Scroll) {
    if (!this.layout) return;
    this.scroller.scrollLeft = left / coarse(this.layout.maxLeft);
    this.scroller.scrollTop = top / coarse(this.layout.maxTop);
  }

  /** 0 goes back to how rows and columns usually stand. */
  zoomBy(factor: Factor, at: { readonly x: number; readonly y: number }): void {
    if (!this.shape) return;
    if (!factor.x && !factor.y) return this.forget('all');
    this.take(zoomAt(this.shape, this.zoom, this.scroll, factor, at));
  }

  zoomToCell(row: number | null, column: number | null): void {
    if (this.shape) this.take(zoomToCell(this.shape, this.zoom, this.scroll, row, column));
  }

  reveal(row: number | null, column: number | null): void {
    if (this.layout) this.scroll = reveal(this.layout, this.scroll, row, column);
  }

  private take({ zoom: { rowHeight, columnWidth }, scroll }: Zoomed): void {
    this.own = {
      ...(rowHeight === this.usual() ? {} : { rowHeight }),
      ...(columnWidth === 'fit' ? {} : { columnWidth }),
    };
    this.fit(this.shape!);
    this.scroll = scroll;
  }
}

const coarse = (most: number) => Math.max(1, most / MOST_SCROLL);
