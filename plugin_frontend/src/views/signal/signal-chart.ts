import { css, html, type PropertyValues } from 'lit';
import type { Palette } from '../../ui/draw/axes.ts';
import { palette } from '../../ui/draw/axes.ts';
import { screenRatio, sheet } from '../../ui/draw/axes-canvas.ts';
import { panWindow, zoomWindow, type StepWindow } from '../../ui/draw/sampled-series.ts';
import { layOutBands, type Band, type BandLayout } from '../../ui/draw/signal-bands.ts';
import { GUTTER, MARGIN, paintBands, paintStepAxis } from '../../ui/draw/signal-paint.ts';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { BandPainter } from './band-painter.ts';
import { SignalGestures } from './signal-gestures.ts';

/** Steps per unit of the axis, and the name of the unit. */
export interface StepUnit {
  readonly stepsPerUnit: number;
  readonly unit: string;
}

const AXIS = 22;
/** Height of the bar of the whole sequence. */
const OVERVIEW = 18;
/** Properties whose change moves marks and paints nothing. */
const MARKS: readonly PropertyKey[] = ['hovered', 'pinned', 'range'];
/** Share of the room that fixed bands may take. */
const MOST_FIXED = 0.6;

/** Bands of one canvas. */
interface Part {
  readonly bands: readonly Band[];
  readonly layout: BandLayout;
}

const NO_BANDS: readonly Band[] = [];
const MARK_ELEMENTS = html`<div class="mark range" hidden></div>
  <div class="mark draft" hidden data-figure="none"></div>
  <div class="mark pin" hidden></div>
  <div class="mark hover" hidden data-figure="none"></div>`;

export const KEYS_HELP =
  'The wheel, a pinch, plus and minus zoom; a drag, and the arrows while no step is pinned, move; zero shows ' +
  'everything. A drag along the axis zooms to that range; Shift and a drag choose a range of steps. A click pins a ' +
  'step, and the arrows move the pin.';

/**
 * Bands of a signal on a canvas, over a window of steps that is zoomed and moved.
 * A gesture paints in the next frame and renders nothing. Steps count from the first of the sequence. Fires `rv-step`
 * for the step under the pointer or pressed, `rv-range` for chosen steps, and `rv-window` when the window changes.
 */
export class SignalChart extends SignalElement {
  static override properties = {
    bands: { attribute: false },
    fixedBands: { attribute: false },
    whole: { attribute: false },
    length: { type: Number },
    steps: { type: Number },
    view: { attribute: false },
    unit: { attribute: false },
    hovered: { type: Number },
    pinned: { type: Number },
    range: { attribute: false },
    dark: { type: Boolean },
    label: {},
  };
  /** Bands that scroll where there is no room for all. */
  declare bands: readonly Band[];
  /** Bands below them that are always in view. */
  declare fixedBands: readonly Band[];
  /** Band of the whole sequence, in the bar that shows the window; null for none. */
  declare whole: Band | null;
  /** Steps that are drawn, with those behind the end that a forecast is about. */
  declare length: number;
  /** Steps of the sequence. */
  declare steps: number;
  /** Window in view; it is the element's own between two changes from outside. */
  declare view: StepWindow;
  declare unit: StepUnit;
  /** Steps of the sequence that are marked; null for none. */
  declare hovered: number | null;
  declare pinned: number | null;
  declare range: readonly [first: number, end: number] | null;
  declare dark: boolean;
  declare label: string;

  readonly gestures = new SignalGestures(this);
  private readonly size = new ResizeController(this);
  private readonly painters = { bands: new BandPainter(), 'fixed-bands': new BandPainter() };
  private frame = 0;

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        position: relative;
        overflow: hidden;
      }
      .scroller {
        flex: 1 1 0;
        min-height: 0;
        overflow: hidden auto;
        scrollbar-width: none;
        touch-action: none;
        cursor: crosshair;
      }
      .scroller.dragged {
        cursor: grabbing;
      }
      .scroller:focus-visible,
      .overview:focus-visible {
        outline: 2px solid var(--rv-accent);
        outline-offset: -2px;
      }
      .stage {
        position: relative;
        overflow: hidden;
      }
      canvas {
        display: block;
      }
      .fixed {
        flex: none;
        position: relative;
        overflow: hidden;
        touch-action: none;
        cursor: crosshair;
        border-top: 1px solid var(--rv-line);
      }
      .overview {
        flex: none;
        height: ${OVERVIEW}px;
        position: relative;
        cursor: grab;
        touch-action: none;
      }
      .window {
        position: absolute;
        top: 1px;
        bottom: 3px;
        left: 0;
        box-sizing: border-box;
        border: 1.5px solid var(--rv-ink);
        border-radius: 2px;
        pointer-events: none;
      }
      .axis {
        flex: none;
        height: ${AXIS}px;
        position: relative;
        cursor: col-resize;
        touch-action: none;
      }
      .mark {
        position: absolute;
        top: 0;
        bottom: 0;
        left: 0;
        pointer-events: none;
        box-sizing: border-box;
      }
      .hover {
        width: 1px;
        background: var(--rv-muted);
      }
      .pin {
        width: 2px;
        background: var(--rv-accent);
      }
      .range {
        border: 1px solid var(--rv-accent);
        background: var(--rv-chosen);
      }
      .draft {
        border-inline: 1px solid var(--rv-ink);
        background: var(--rv-hover);
      }
      [hidden] {
        display: none;
      }
    `,
  ];

  constructor() {
    super();
    this.bands = this.fixedBands = NO_BANDS;
    this.whole = null;
    this.length = this.steps = 0;
    this.view = { first: 0, end: 1 };
    this.unit = { stepsPerUnit: 1, unit: 'step' };
    this.hovered = this.pinned = null;
    this.range = null;
    this.dark = false;
    this.label = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  override render() {
    const { gestures } = this;
    return html`<div
        class="scroller"
        tabindex="0"
        data-scrolls
        role="application"
        aria-roledescription="signal"
        aria-label="${this.label}. ${KEYS_HELP}"
        @pointerdown=${gestures.down}
        @pointermove=${gestures.move}
        @pointerup=${gestures.up}
        @pointercancel=${gestures.cancel}
        @pointerleave=${gestures.leave}
        @dblclick=${gestures.twice}
        @keydown=${gestures.key}
      >
        <div class="stage" data-figure>
          <canvas class="bands" aria-hidden="true"></canvas>
          ${MARK_ELEMENTS}
        </div>
      </div>
      <div
        class="fixed"
        data-figure
        @pointerdown=${gestures.down}
        @pointermove=${gestures.move}
        @pointerup=${gestures.up}
        @pointercancel=${gestures.cancel}
        @pointerleave=${gestures.leave}
        @dblclick=${gestures.twice}
      >
        <canvas class="fixed-bands" aria-hidden="true"></canvas>
        ${MARK_ELEMENTS}
      </div>
      <div
        class="axis"
        title="Drag along the axis to zoom to a range; double-click to show everything"
        @pointerdown=${gestures.downOnAxis}
        @pointermove=${gestures.move}
        @pointerup=${gestures.up}
        @pointercancel=${gestures.cancel}
        @dblclick=${gestures.twice}
      >
        <canvas data-figure class="steps" aria-hidden="true"></canvas>
      </div>
      <div
        class="overview"
        ?hidden=${!this.whole}
        tabindex="0"
        role="scrollbar"
        aria-orientation="horizontal"
        aria-label="Window within the whole sequence"
        aria-valuemin="0"
        aria-valuemax="100"
        title="The whole sequence: drag the frame, or click to go there"
        @pointerdown=${gestures.downOnOverview}
        @pointermove=${gestures.moveOnOverview}
        @pointerup=${gestures.upOnOverview}
        @pointercancel=${gestures.upOnOverview}
        @dblclick=${gestures.twice}
        @keydown=${gestures.key}
      >
        <canvas class="whole" aria-hidden="true"></canvas>
        <div class="window"></div>
      </div>`;
  }

  protected override firstUpdated(): void {
    // Passive listeners could not keep the page from scrolling and zooming.
    this.addEventListener('wheel', this.gestures.wheel, { passive: false });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.size && [...changed.keys()].every((name) => MARKS.includes(name))) this.placeMarks();
    else this.repaint();
  }

  get scroller(): HTMLElement {
    return this.renderRoot.querySelector('.scroller')!;
  }

  /** Pixels of the steps. */
  get plotWidth(): number {
    return Math.max(1, this.size.width - GUTTER - MARGIN);
  }

  private get colors(): Palette {
    return palette(this.dark);
  }

  /** Pixels that bands may take. */
  private get room(): number {
    return this.size.height - AXIS - (this.whole ? OVERVIEW : 0);
  }

  /**
   * Bands that scroll and fixed ones, which share the room by weight.
   * Fixed ones that would leave too little scroll with the others, as the first.
   */
  private get parts(): { readonly scrolling: Part; readonly fixed: Part | null } {
    const { room, bands, fixedBands } = this;
    const all = layOutBands([...bands, ...fixedBands], room);
    const share = all.height - (all.tops[bands.length] ?? all.height);
    const fixed = { bands: fixedBands, layout: layOutBands(fixedBands, Math.min(share, room / 2)) };
    if (!fixedBands.length || (bands.length && fixed.layout.height > MOST_FIXED * room)) {
      const together = [...fixedBands, ...bands];
      return { scrolling: { bands: together, layout: layOutBands(together, room) }, fixed: null };
    }
    return { scrolling: { bands, layout: layOutBands(bands, room - fixed.layout.height) }, fixed };
  }

  /** Paints bands, axis and marks; for export at a ratio of its own. */
  repaint(ratio: number = screenRatio()): void {
    const { width, height } = this.size;
    if (!width || height <= AXIS || !this.length) return;
    const { scrolling, fixed } = this.parts;
    this.renderRoot.querySelector<HTMLElement>('.fixed')!.hidden = !fixed;
    const left = this.room - (fixed?.layout.height ?? 0);
    this.paintPart('bands', scrolling, Math.max(scrolling.layout.height, left), ratio);
    if (fixed) this.paintPart('fixed-bands', fixed, fixed.layout.height, ratio);
    this.paintOverview(ratio);
    const axis = sheet(this.canvas('steps'), width, AXIS, ratio);
    if (axis) paintStepAxis(axis, this.view, this.unit, this.colors);
    this.placeMarks();
  }

  private paintPart(name: 'bands' | 'fixed-bands', { bands, layout }: Part, height: number, ratio: number): void {
    const { width } = this.size;
    this.painters[name].paint(this.canvas(name), { width, height, ratio }, bands, layout, this.view, this.colors);
  }

  /** Paints the whole sequence once, and moves the frame of the window. */
  private paintOverview(ratio: number): void {
    const { whole, size, length, view } = this;
    if (!whole) return;
    const inputs = [whole, size.width, length, ratio, this.colors];
    if (inputs.some((input, i) => input !== this.paintedOverview[i])) {
      const canvas = sheet(this.canvas('whole'), size.width, OVERVIEW, ratio);
      const layout = { tops: [3], heights: [OVERVIEW - 8], height: OVERVIEW };
      if (canvas) paintBands(canvas, [whole], layout, { first: 0, end: length }, this.colors);
      this.paintedOverview = inputs;
    }
    const frame = this.renderRoot.querySelector<HTMLElement>('.window')!;
    const [left, right] = [view.first, view.end].map((step) => (step / length) * this.plotWidth);
    frame.style.transform = `translateX(${GUTTER + left}px)`;
    frame.style.width = `${Math.max(6, right - left)}px`;
    const hidden = length - (view.end - view.first);
    const now = hidden > 0 ? Math.round((100 * view.first) / hidden) : 0;
    frame.parentElement!.setAttribute('aria-valuenow', String(Math.min(100, Math.max(0, now))));
  }

  private paintedOverview: readonly unknown[] = [];

  /** Moves the window so that its middle is at a pixel of the whole sequence. */
  centreAt(x: number): void {
    const { first, end } = this.view;
    const step = ((x - GUTTER) / this.plotWidth) * this.length;
    this.pan(step - (first + end) / 2);
  }

  /** Paints in the next frame, however many gestures there are before it. */
  schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.repaint();
    });
  }

  /** Range that a gesture draws; null when it ends. */
  draft: readonly [first: number, end: number] | null = null;

  placeMarks(): void {
    const step = (at: number | null) => (at === null ? null : ([at, at + 1] as const));
    this.placeMark('hover', step(this.hovered), true);
    this.placeMark('pin', step(this.pinned), true);
    this.placeMark('range', this.range, false);
    this.placeMark('draft', this.draft, false);
  }

  private placeMark(name: string, steps: readonly [first: number, end: number] | null, isLine: boolean): void {
    this.renderRoot
      .querySelectorAll<HTMLElement>(`.mark.${name}`)
      .forEach((mark) => this.moveMark(mark, steps, isLine));
  }

  private moveMark(mark: HTMLElement, steps: readonly [first: number, end: number] | null, isLine: boolean): void {
    const isSeen = steps !== null && steps[1] > this.view.first && steps[0] < this.view.end;
    mark.hidden = !isSeen;
    if (!isSeen) return;
    const [left, right] = [this.xOf(steps[0]), this.xOf(steps[1])].map((x) =>
      Math.max(GUTTER, Math.min(this.size.width - MARGIN, x)),
    );
    mark.style.transform = `translateX(${isLine ? (left + right) / 2 : left}px)`;
    if (!isLine) mark.style.width = `${Math.max(1, right - left)}px`;
  }

  /** Left edge of a step in pixels of the element. */
  xOf(step: number): number {
    const { first, end } = this.view;
    return GUTTER + ((step - first) / (end - first)) * this.plotWidth;
  }

  /** Position among the steps, at a pixel of the element; it may lie outside. */
  positionAt(x: number): number {
    const { first, end } = this.view;
    return first + ((x - GUTTER) / this.plotWidth) * (end - first);
  }

  /** Step at a pixel of the element; null beside the steps. */
  stepAt(x: number): number | null {
    if (x < GUTTER || x > GUTTER + this.plotWidth) return null;
    const step = Math.floor(this.positionAt(x));
    return step >= 0 && step < this.steps ? step : null;
  }

  /** Rectangle of a step in the window; null if it is out of view. */
  rectOf(step: number): DOMRect | null {
    if (step < this.view.first - 1 || step >= this.view.end || !this.size.width) return null;
    const box = this.scroller.getBoundingClientRect();
    const [left, right] = [this.xOf(step), this.xOf(step + 1)];
    return new DOMRect(box.left + left, box.top, Math.max(1, right - left), box.height);
  }

  /** Moves the window until a step is in view; true if it moved. */
  reveal(step: number): boolean {
    const { first, end } = this.view;
    if (step >= first && step < end) return false;
    this.show(panWindow(this.view, step - (first + end) / 2, this.length));
    return true;
  }

  /** Zooms by a factor about a pixel of the element, by default about the middle. */
  zoom(factor: number, x = GUTTER + this.plotWidth / 2): void {
    const share = Math.max(0, Math.min(1, (x - GUTTER) / this.plotWidth));
    this.show(zoomWindow(this.view, factor, share, this.length));
  }

  pan(steps: number): void {
    this.show(panWindow(this.view, steps, this.length));
  }

  showAll(): void {
    this.show({ first: 0, end: this.length });
  }

  show(view: StepWindow): void {
    const { first, end } = this.view;
    if (view.first === first && view.end === end) return;
    this.view = view;
    this.schedule();
    this.dispatchEvent(new CustomEvent<StepWindow>('rv-window', { detail: view }));
  }

  private canvas(name: string): HTMLCanvasElement {
    return this.renderRoot.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
  }
}
customElements.define('rv-signal-chart', SignalChart);
