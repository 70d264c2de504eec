import type { StepWindow } from '../../ui/draw/sampled-series.ts';
import { Drag } from '../../ui/drag.ts';
import type { SignalChart } from './signal-chart.ts';

const ZOOM_STEP = 1.5;
/** Share of the window that an arrow moves. */
const PAN_STEP = 0.125;
/** Wheel pixels of a zoom by e. */
const WHEEL = 400;
const PINCH = 120;
/** Milliseconds after which a wheel rests. */
const WHEEL_REST_MS = 120;

/** Step under the pointer, or chosen by a click or key. */
export interface PointedStep {
  readonly step: number | null;
  readonly lasting: boolean;
}

/** Beginning of a drag: what it does, and the window and position it began at. */
interface DragStart {
  readonly does: 'pan' | 'choose' | 'zoom';
  readonly view: StepWindow;
  readonly at: number;
}

/** Pointer, wheel and keys of a signal chart. */
export class SignalGestures {
  private readonly drag = new Drag<DragStart>();
  private readonly overviewDrag = new Drag<number>();
  /** Pointers that are down by touch: where each is. */
  private readonly touches = new Map<number, number>();

  constructor(private readonly chart: SignalChart) {}

  readonly down = (event: PointerEvent): void => this.begin(event, event.shiftKey ? 'choose' : 'pan');

  readonly downOnAxis = (event: PointerEvent): void => this.begin(event, 'zoom');

  /** Drags the frame of the window; a press beside it goes there first. */
  readonly downOnOverview = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { chart } = this;
    const step = ((this.xOf(event) - chart.xOf(chart.view.first)) / chart.plotWidth) * chart.length;
    if (step < chart.view.first || step > chart.view.end) chart.centreAt(this.xOf(event));
    this.overviewDrag.begin(event, chart.view.first);
  };

  readonly moveOnOverview = (event: PointerEvent): void => {
    const moved = this.overviewDrag.move(event);
    if (!moved) return;
    const { chart } = this;
    chart.pan(moved.start + (moved.dx / chart.plotWidth) * chart.length - chart.view.first);
  };

  readonly upOnOverview = (): void => {
    this.overviewDrag.end();
  };

  private begin(event: PointerEvent, does: DragStart['does']): void {
    if (event.button !== 0) return;
    const x = this.xOf(event);
    if (event.pointerType === 'touch') this.touches.set(event.pointerId, x);
    if (this.touches.size > 1) {
      this.drag.end();
      return;
    }
    this.drag.begin(event, { does, view: this.chart.view, at: this.chart.positionAt(x) });
  }

  readonly move = (event: PointerEvent): void => {
    const x = this.xOf(event);
    if (this.touches.has(event.pointerId) && this.touches.size === 2) return this.pinch(event.pointerId, x);
    if (!this.drag.going) return this.point(this.chart.stepAt(x), false);
    const moved = this.drag.move(event);
    if (!moved) return;
    const { does, view, at } = moved.start;
    if (does === 'pan') {
      this.chart.scroller.classList.add('dragged');
      const by = (moved.dx / this.chart.plotWidth) * (view.end - view.first);
      this.chart.pan(view.first - by - this.chart.view.first);
      return;
    }
    this.chart.draft = this.rangeBetween(at, this.chart.positionAt(x));
    this.chart.placeMarks();
  };

  /** Zooms so that both fingers keep their steps. */
  private pinch(id: number, x: number): void {
    const [other] = [...this.touches].filter(([pointer]) => pointer !== id).map(([, at]) => at);
    const before = this.touches.get(id)!;
    this.touches.set(id, x);
    const [was, is] = [Math.abs(before - other), Math.abs(x - other)];
    if (was > 4 && is > 4) this.chart.zoom(is / was, other);
  }

  readonly up = (event: PointerEvent): void => {
    const { chart } = this;
    const { draft } = chart;
    const isZoom = (event.currentTarget as Element).classList.contains('axis');
    const isClick = this.cancel(event);
    if (draft) {
      if (isZoom) chart.show({ first: draft[0], end: Math.max(draft[0] + 4, draft[1]) });
      else chart.dispatchEvent(new CustomEvent('rv-range', { detail: draft }));
      return;
    }
    if (isClick && !isZoom) this.point(chart.stepAt(this.xOf(event)), true, event.shiftKey);
  };

  /** Ends a drag; true if it was a click. */
  readonly cancel = (event: PointerEvent): boolean => {
    const wasPinch = this.touches.size > 1;
    this.touches.delete(event.pointerId);
    this.chart.scroller.classList.remove('dragged');
    this.chart.draft = null;
    this.chart.placeMarks();
    return this.drag.end() && !wasPinch;
  };

  readonly leave = (): void => {
    if (!this.drag.going) this.point(null, false);
  };

  readonly twice = (): void => this.chart.showAll();

  /** Zooms; sideways, and with Shift, moves; at the names it scrolls the bands. */
  readonly wheel = (event: WheelEvent): void => {
    const { chart } = this;
    const x = this.xOf(event);
    const isBesideSteps = chart.stepAt(x) === null && chart.scroller.scrollHeight > chart.scroller.clientHeight;
    if (isBesideSteps && !event.ctrlKey) {
      chart.scroller.scrollTop += event.deltaY;
      event.preventDefault();
      return;
    }
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    event.preventDefault();
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      chart.pan((sideways / chart.plotWidth) * (chart.view.end - chart.view.first));
    } else chart.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? PINCH : WHEEL)), x);
    this.pointSoon(x);
  };

  /** Points once the wheel rests, since every view marks the step that is pointed at. */
  private pointSoon(x: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.point(this.chart.stepAt(x), false), WHEEL_REST_MS);
  }

  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly key = (event: KeyboardEvent): void => {
    const { chart } = this;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === '+' || event.key === '=') chart.zoom(ZOOM_STEP);
    else if (event.key === '-') chart.zoom(1 / ZOOM_STEP);
    else if (event.key === '0') chart.showAll();
    else if (event.key === 'Escape' && chart.range) chart.dispatchEvent(new CustomEvent('rv-range', { detail: null }));
    else if (event.key === 'Enter' && chart.range) chart.show({ first: chart.range[0], end: chart.range[1] });
    else if (by && chart.pinned !== null && !event.shiftKey) this.movePin(chart.pinned, by);
    else if (by) chart.pan(by * PAN_STEP * (chart.view.end - chart.view.first));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Moves the pinned step by one, or by a pixel where steps are narrower. */
  private movePin(pinned: number, by: 1 | -1): void {
    const { chart } = this;
    const perPixel = Math.max(1, Math.round((chart.view.end - chart.view.first) / chart.plotWidth));
    const step = Math.max(0, Math.min(chart.steps - 1, pinned + by * perPixel));
    if (step !== pinned) this.point(step, true);
    chart.reveal(step);
  }

  private point(step: number | null, lasting: boolean, isRange = false): void {
    const { chart } = this;
    if (isRange && step !== null && chart.pinned !== null) {
      const detail = this.rangeBetween(chart.pinned, step);
      chart.dispatchEvent(new CustomEvent('rv-range', { detail }));
      return;
    }
    if (!lasting && step === this.pointed) return;
    this.pointed = step;
    chart.dispatchEvent(new CustomEvent<PointedStep>('rv-step', { detail: { step, lasting } }));
  }

  private pointed: number | null = null;

  private rangeBetween(a: number, b: number): readonly [first: number, end: number] {
    const inside = (position: number) => Math.max(0, Math.min(this.chart.steps - 1, Math.floor(position)));
    return [inside(Math.min(a, b)), inside(Math.max(a, b)) + 1];
  }

  private xOf(event: MouseEvent): number {
    return event.clientX - this.chart.getBoundingClientRect().left;
  }
}
