import { css, html, LitElement, type PropertyValues } from 'lit';
import { sheet } from '../draw/axes-canvas.ts';
import { palette } from '../draw/axes.ts';
import {
  frameOf,
  paintHover,
  paintScatter,
  unitAt,
  unitBeside,
  type Direction,
  type Scatter,
} from '../draw/scatter.ts';
import { ResizeController } from '../resize-controller.ts';

export interface Picked {
  readonly unit: number;
  /** True if the quantity is chosen along with the unit. */
  readonly more: boolean;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Another list that says the same is no reason to paint anew. */
const differ = (now: readonly number[], before?: readonly number[]) =>
  now.length !== before?.length || now.some((unit, i) => unit !== before[i]);

/**
 * Scatter plot with a dot for each unit.
 * Fires `rv-over` with a unit or null, `rv-pick`. Arrows walk from dot to dot, Enter picks.
 */
export class ScatterPlot extends LitElement {
  static override properties = {
    scatter: { attribute: false },
    chosen: { attribute: false, hasChanged: differ },
    hover: { attribute: false },
    dark: { type: Boolean },
    label: {},
  };
  declare scatter: Scatter | null;
  /** The unit chosen, then further ones. */
  declare chosen: readonly number[];
  declare hover: number | null;
  declare dark: boolean;
  declare label: string;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      height: 230px;
      min-width: 0;
      overflow: hidden;
    }
    canvas {
      position: absolute;
      left: 0;
      top: 0;
      display: block;
    }
    .over {
      touch-action: pan-y;
      cursor: crosshair;
    }
    .over:focus-visible {
      outline: 2px solid var(--rv-accent);
      outline-offset: -1px;
    }
  `;

  constructor() {
    super();
    this.scatter = null;
    this.chosen = [];
    this.hover = null;
    this.dark = false;
    this.label = '';
    new ResizeController(this);
  }

  override render() {
    return html`<canvas class="dots" aria-hidden="true"></canvas
      ><canvas
        class="over"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        aria-description="Arrow keys go from unit to unit, Enter chooses the unit, Shift and Enter the quantity, too"
        @pointermove=${this.moved}
        @pointerleave=${() => this.fire('rv-over', null)}
        @blur=${() => this.fire('rv-over', null)}
        @click=${this.clicked}
        @keydown=${this.keyed}
      ></canvas>`;
  }

  protected override updated(changed: PropertyValues): void {
    const { scatter, clientWidth: width, clientHeight: height } = this;
    if (!scatter || width < 60 || height < 60) return;
    const colors = palette(this.dark);
    if (changed.size > 1 || !changed.has('hover')) {
      const surface = sheet(this.canvas('.dots'), width, height);
      if (surface) paintScatter(surface, scatter, this.chosen, colors);
    }
    const over = sheet(this.canvas('.over'), width, height);
    if (over && this.hover !== null) paintHover(over, scatter, this.hover, colors);
  }

  private canvas(name: string): HTMLCanvasElement {
    return this.renderRoot.querySelector<HTMLCanvasElement>(name)!;
  }

  private unitAt({ offsetX, offsetY }: MouseEvent, before?: number): number | null {
    const { scatter } = this;
    return scatter && unitAt(scatter, frameOf(scatter, this.clientWidth, this.clientHeight), offsetX, offsetY, before);
  }

  private readonly moved = (event: PointerEvent): void => this.fire('rv-over', this.unitAt(event));

  /** Another click on the same place goes on to the next unit that is there. */
  private readonly clicked = (event: MouseEvent): void => {
    const unit = this.unitAt(event, event.shiftKey ? undefined : this.chosen[0]);
    if (unit !== null) this.fire('rv-pick', { unit, more: event.shiftKey });
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const {
      scatter,
      hover,
      chosen: [chosen],
    } = this;
    const direction = DIRECTIONS[event.key];
    if (!scatter || (!direction && event.key !== 'Enter')) return;
    event.preventDefault();
    const from = hover ?? chosen ?? 0;
    if (!direction) return this.fire('rv-pick', { unit: from, more: event.shiftKey });
    this.fire(
      'rv-over',
      unitBeside(scatter, frameOf(scatter, this.clientWidth, this.clientHeight), from, direction) ?? from,
    );
  };

  private fire(name: string, detail: number | null | Picked): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-scatter-plot', ScatterPlot);
