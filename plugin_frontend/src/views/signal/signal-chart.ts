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
import { SignalGestures } from './signal-gestures.ts';

/** Steps per unit of the axis, and the name of the unit. */
export interface StepUnit {
  readonly stepsPerUnit: number;
  readonly unit: string;
}

const AXIS = 22;
/** Properties whose change moves marks and paints nothing. */
const MARKS: readonly PropertyKey[] = ['hovered', 'pinned', 'range'];
const NO_BANDS: readonly Band[] = [];

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
    length: { type: Number },
    view: { attribute: false },
    unit: { attribute: false },
    hovered: { type: Number },
    pinned: { type: Number },
    range: { attribute: false },
    dark: { type: Boolean },
    label: {},
  };
  declare bands: readonly Band[];
  /** Steps of the sequence. */
  declare length: number;
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
      .scroller:focus-visible {
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
    this.bands = NO_BANDS;
    this.length = 0;
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
          <div class="mark range" hidden></div>
          <div class="mark draft" hidden data-figure="none"></div>
          <div class="mark pin" hidden></div>
          <div class="mark hover" hidden data-figure="none"></div>
        </div>
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
      </div> `;
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

  private get layout(): BandLayout {
    return layOutBands(this.bands, this.size.height - AXIS);
  }

  /** Paints bands, axis and marks; for export at a ratio of its own. */
  repaint(ratio: number = screenRatio()): void {
    const { width, height } = this.size;
    if (!width || height <= AXIS || !this.length) return;
    const { layout } = this;
    const bands = sheet(this.canvas('bands'), width, Math.max(layout.height, height - AXIS), ratio);
    if (bands) paintBands(bands, this.bands, layout, this.view, this.colors);
    const axis = sheet(this.canvas('steps'), width, AXIS, ratio);
    if (axis) paintStepAxis(axis, this.view, this.unit, this.colors);
    this.placeMarks();
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
    const mark = this.renderRoot.querySelector<HTMLElement>(`.${name}`);
    if (!mark) return;
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
    return step >= 0 && step < this.length ? step : null;
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
