import { css, html, LitElement } from 'lit';
import { FONT, sheet } from '../../ui/draw/axes-canvas.ts';
import { palette } from '../../ui/draw/axes.ts';
import { cellAfter, cellAt, layoutMatrix, type MatrixLayout } from './matrix-layout.ts';
import { NOTHING, type MatrixModel, type Pointed } from './matrix-model.ts';
import { paintMatrix } from './matrix-paint.ts';

const KEYS = 'Arrow keys go from cell to cell, Home and End along the row, Page Up and Page Down along the column';
/** Smaller pictures are not painted, in CSS pixels. */
const SMALLEST = 40;
/** Labels that are measured. */
const MEASURED = 600;

/**
 * Heat map of a matrix with the names of its rows and columns on its sides.
 * Fires `rv-point` with what is pointed at, a `Pointed`.
 */
export class MatrixCanvas extends LitElement {
  static override properties = {
    model: { attribute: false },
    pointed: { attribute: false },
    dark: { attribute: false },
  };
  declare model: MatrixModel | null;
  declare pointed: Pointed;
  declare dark: boolean;
  private layout: MatrixLayout | null = null;
  private readonly observer = new ResizeObserver(() => this.repaint());

  static override styles = css`
    :host {
      display: block;
      position: absolute;
      inset: 0;
    }
    div {
      position: absolute;
      inset: 0;
      overflow: hidden;
      outline: none;
    }
    div:focus-visible {
      outline: 2px solid var(--rv-accent, #f57c00);
      outline-offset: -2px;
    }
    canvas {
      display: block;
    }
  `;

  constructor() {
    super();
    this.model = null;
    this.pointed = NOTHING;
    this.dark = false;
  }

  override render() {
    return html`<div
      tabindex="0"
      role="application"
      aria-roledescription="heat map"
      aria-label="Matrix. ${KEYS}"
      @pointermove=${this.moved}
      @pointerleave=${() => this.point(NOTHING)}
      @blur=${() => this.point(NOTHING)}
      @keydown=${this.keyed}
    >
      <canvas></canvas>
    </div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  protected override updated(): void {
    this.repaint();
  }

  repaint(ratio?: number): void {
    const { model, clientWidth: width, clientHeight: height } = this;
    const canvas = this.renderRoot.querySelector('canvas');
    if (!model || !canvas || width < SMALLEST || height < SMALLEST) return;
    const surface = sheet(canvas, width, height, ratio);
    if (!surface) return;
    const widest = (names: readonly string[]) =>
      Math.max(0, ...names.slice(0, MEASURED).map((name) => surface.context.measureText(name).width));
    surface.context.font = FONT;
    this.layout = layoutMatrix({
      width,
      height,
      rows: model.rows,
      columns: model.columns,
      rowLabel: widest(model.rowNames),
      columnLabel: widest(model.columnNames),
    });
    paintMatrix(surface, model, this.layout, this.pointed, palette(this.dark));
  }

  private readonly moved = (event: PointerEvent): void => {
    const box = this.getBoundingClientRect();
    if (this.layout) this.point(cellAt(this.layout, event.clientX - box.left, event.clientY - box.top));
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { model, pointed } = this;
    if (event.key === 'Escape') return this.point(NOTHING);
    const cell = model && cellAfter(event.key, pointed, model.rows, model.columns);
    if (!cell) return;
    event.preventDefault();
    event.stopPropagation();
    this.point(cell);
  };

  private point(detail: Pointed): void {
    const { row, column } = this.pointed;
    if (detail.row !== row || detail.column !== column) this.dispatchEvent(new CustomEvent('rv-point', { detail }));
  }
}
customElements.define('rv-matrix-canvas', MatrixCanvas);
