import { columnAt, rowAt, type Layout, type Scroll } from '../draw/heatmap-layout.ts';
import { rowOfUnit, unitOfRow } from '../draw/heatmap-picture.ts';
import type { Factor } from '../draw/heatmap-zoom.ts';
import { Drag } from '../drag.ts';
import type { HeatmapModel, HoverTarget, Range } from './heatmap-canvas.ts';
import { arrowOf, cellBeside, zoomOf } from './heatmap-keys.ts';
import type { Viewport } from './heatmap-viewport.ts';

/** Interface of the heatmap for gestures. */
export interface Target {
  readonly scroller: HTMLElement;
  readonly view: Viewport;
  readonly model: HeatmapModel | null;
  readonly pointed: HoverTarget;
  readonly range: Range | null;
  say(what: 'point' | 'pick' | 'brush', detail: unknown): void;
  zoom(factor: Factor, at: { readonly x: number; readonly y: number }): void;
  zoomToCell(pointed: HoverTarget): void;
  paintOver(): void;
}

const NOWHERE: HoverTarget = { unit: null, column: null };

/** Pointer, wheel and keys of a heatmap: point, pick, scroll, zoom and brush. */
export class Gestures {
  /** Places that are being brushed. */
  brushing: Range | null = null;
  private readonly drag = new Drag<{ readonly scroll: Scroll; readonly column: number | null }>();

  constructor(private readonly target: Target) {}

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === 'touch' || this.beside(event)) return;
    this.drag.begin(event, { scroll: this.target.view.scroll, column: event.shiftKey ? this.hit(event).column : null });
  };

  readonly move = (event: PointerEvent): void => {
    const { target } = this;
    if (!this.drag.going) return this.point(this.hit(event));
    const moved = this.drag.move(event);
    if (!moved) return;
    const { scroll, column } = moved.start;
    target.scroller.classList.add(column === null ? 'dragged' : 'brushed');
    if (column === null) {
      target.view.scroll = { left: scroll.left - moved.dx, top: scroll.top - moved.dy };
      return;
    }
    const to = this.nearestColumn(event);
    this.brushing = [Math.min(column, to), Math.max(column, to) + 1];
    target.paintOver();
  };

  readonly up = (event: PointerEvent): void => {
    const { brushing, target } = this;
    const clicked = event.pointerType === 'touch' ? !this.beside(event) : this.cancel();
    if (brushing) return target.say('brush', brushing);
    if (!clicked) return;
    if (event.shiftKey) return target.say('brush', null);
    const { unit } = this.hit(event);
    if (unit !== null) target.say('pick', unit);
  };

  /** Ends a drag; true when it was a click. */
  readonly cancel = (): boolean => {
    this.target.scroller.classList.remove('dragged', 'brushed');
    this.brushing = null;
    return this.drag.end();
  };

  readonly leave = (): void => {
    if (!this.drag.going) this.point(NOWHERE);
  };

  readonly twice = (event: MouseEvent): void => {
    if (!this.beside(event)) this.target.zoomToCell(this.hit(event));
  };

  /** With Ctrl: both axes, beside the cells only one. */
  wheel(event: WheelEvent): void {
    const { target } = this;
    const { layout } = target.view;
    if (!layout) return;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault();
      const by = Math.exp(-event.deltaY / 300);
      const at = this.at(event);
      target.zoom({ x: at.x < layout.left ? 1 : by, y: at.y > layout.bottom ? 1 : by }, at);
    } else if (!layout.maxTop && layout.maxLeft && !event.deltaX) {
      event.preventDefault();
      target.scroller.scrollLeft += event.deltaY;
    }
  }

  readonly key = (event: KeyboardEvent): void => {
    const { target } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || inHead(event)) return;
    const { clientWidth, clientHeight } = target.scroller;
    const factor = zoomOf(event.key);
    const arrow = arrowOf(event.key);
    if (factor) target.zoom(factor, { x: clientWidth / 2, y: clientHeight / 2 });
    // The arrows go through epochs and units unless the heatmap was reached with the keyboard.
    else if (arrow && target.scroller.matches(':focus-visible')) this.step(arrow, event.shiftKey);
    else if (event.key === ' ' && target.pointed.unit !== null) target.say('pick', target.pointed.unit);
    else if (event.key === 'Enter') target.zoomToCell(target.pointed);
    else if (event.key === 'Escape' && target.range) target.say('brush', null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private step(by: readonly [number, number], marks: boolean): void {
    const { model, view, pointed, range } = this.target;
    if (!model || !view.layout?.columns) return;
    const first = pointed.unit === null || pointed.column === null;
    const from = {
      unit: pointed.unit ?? model.picture.chosen,
      column: pointed.column ?? columnAt(view.layout, view.scroll, view.layout.left) ?? 0,
    };
    const to = first ? from : cellBeside(from, by, model.picture, view.layout);
    if (marks && by[0]) {
      // Of a range, the end where the cursor stands moves.
      const fixed = !range ? from.column : range[0] === from.column ? range[1] - 1 : range[0];
      this.target.say('brush', [Math.min(fixed, to.column), Math.max(fixed, to.column) + 1]);
    }
    const row = rowOfUnit(model.picture, to.unit, view.layout.rows);
    view.reveal(row < 0 ? null : row, to.column);
    this.point(to);
  }

  private point(pointed: HoverTarget): void {
    const old = this.target.pointed;
    if (pointed.unit !== old.unit || pointed.column !== old.column) this.target.say('point', pointed);
  }

  private hit(event: MouseEvent): HoverTarget {
    const { model, view } = this.target;
    if (!model || !view.layout) return NOWHERE;
    const { x, y } = this.at(event);
    const row = rowAt(view.layout, view.scroll, y);
    return row
      ? {
          unit: 'unit' in row ? row.unit : unitOfRow(model.picture, row.row),
          column: columnAt(view.layout, view.scroll, x),
        }
      : NOWHERE;
  }

  private nearestColumn(event: MouseEvent): number {
    const layout = this.target.view.layout as Layout;
    const inside = Math.max(layout.left, Math.min(layout.right - 1, this.at(event).x));
    return columnAt(layout, this.target.view.scroll, inside) ?? layout.columns - 1;
  }

  private at(event: MouseEvent) {
    const { left, top } = this.target.scroller.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** On a scroll bar, or on the name of a column of bars. */
  private beside(event: MouseEvent): boolean {
    const { x, y } = this.at(event);
    const { clientWidth, clientHeight } = this.target.scroller;
    return x >= clientWidth || y >= clientHeight || inHead(event);
  }
}

const inHead = (event: Event): boolean => (event.composedPath()[0] as Element).classList?.contains('bar-head') ?? false;
