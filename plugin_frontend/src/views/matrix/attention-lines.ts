import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { palette } from '../../ui/draw/axes.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { layoutCurves, TOKEN_HEIGHT, type AttentionCurve, type PlacedToken } from './attention-curves.ts';
import { cellAfter } from './matrix-layout.ts';
import { NOTHING, type MatrixModel, type Pointed } from './matrix-model.ts';

const LEAST_HEIGHT = 110;
const MOST_HEIGHT = 380;

/**
 * Two lines of tokens with curves between them, as wide as the weights.
 * Fires `rv-point` with what is pointed at, a `Pointed`.
 */
export class AttentionLines extends LitElement {
  static override properties = {
    model: { attribute: false },
    pointed: { attribute: false },
    dark: { attribute: false },
  };
  declare model: MatrixModel | null;
  declare pointed: Pointed;
  declare dark: boolean;
  private readonly room = new ResizeController(this);

  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      overflow: auto;
    }
    svg {
      display: block;
      outline: none;
    }
    svg:focus-visible {
      outline: 2px solid var(--rv-accent, #f57c00);
      outline-offset: -2px;
    }
    text {
      font: 12px var(--rv-monospace, monospace);
      fill: var(--rv-ink, #212121);
      dominant-baseline: central;
      text-anchor: middle;
      pointer-events: none;
    }
    .curve {
      fill: none;
      stroke-linecap: butt;
      stroke-opacity: 0.55;
    }
    .other {
      stroke-opacity: 0.06;
    }
    .box {
      fill: transparent;
    }
    .pointed {
      stroke: var(--rv-ink, #212121);
    }
  `;

  constructor() {
    super();
    this.model = null;
    this.pointed = NOTHING;
    this.dark = false;
  }

  override render() {
    const { model } = this;
    if (!model) return nothing;
    const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, (this.room.height || MOST_HEIGHT) - 16));
    const layout = layoutCurves({ ...model, room: this.room.width || 0, height });
    return html`<svg
      class="chart"
      width=${layout.width}
      height=${layout.height}
      viewBox="0 0 ${layout.width} ${layout.height}"
      tabindex="0"
      data-scrolls
      role="img"
      aria-label="Curves from the columns above to the rows below, as wide as the weights"
      @pointerleave=${() => this.point(NOTHING)}
      @blur=${() => this.point(NOTHING)}
      @keydown=${this.keyed}
    >
      ${svg`${layout.curves.map((curve) => this.curve(curve))}
      ${this.line(model, layout.columns, 'column', 4)}
      ${this.line(model, layout.rows, 'row', layout.height - 4 - TOKEN_HEIGHT)}`}
    </svg>`;
  }

  private curve({ row, column, weight, width, path }: AttentionCurve): TemplateResult {
    const { pointed, dark } = this;
    const isOther =
      (pointed.row !== null && pointed.row !== row) || (pointed.column !== null && pointed.column !== column);
    const [positive, negative] = [palette(dark).compared, palette(dark).accent];
    return svg`<path class=${isOther ? 'curve other' : 'curve'} data-row=${row} data-column=${column}
      stroke=${weight < 0 ? negative : positive} stroke-width=${width.toFixed(2)} d=${path}></path>`;
  }

  private line(
    model: MatrixModel,
    tokens: readonly PlacedToken[],
    side: 'row' | 'column',
    top: number,
  ): readonly TemplateResult[] {
    const { pointed } = this;
    return tokens.map(({ text, left, width }, i) => {
      const value = this.weightOn(model, side, i);
      const index = Number.isNaN(value) ? -1 : model.colors.index(value);
      const fill = index < 0 ? nothing : `fill:${model.colors.css[index]}`;
      const ink = index < 0 ? nothing : `fill:${model.colors.ink[index]}`;
      return svg`<g data-side=${side} data-index=${i} @pointermove=${() => this.point({ ...NOTHING, [side]: i })}>
        <rect class=${pointed[side] === i ? 'box pointed' : 'box'} x=${left} y=${top} width=${width}
          height=${TOKEN_HEIGHT} rx="3" style=${fill}></rect>
        <text x=${left + width / 2} y=${top + TOKEN_HEIGHT / 2}
          style=${ink}>${text}</text></g>`;
    });
  }

  /** Weight between the token pointed at and one of the other line; NaN without one. */
  private weightOn({ values, columns }: MatrixModel, side: 'row' | 'column', i: number): number {
    const { row, column } = this.pointed;
    if (side === 'column') return row === null ? NaN : values[row * columns + i];
    return column === null || row !== null ? NaN : values[i * columns + column];
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    const { model, pointed } = this;
    if (event.key === 'Escape') return this.point(NOTHING);
    if (!model) return;
    const side = event.key === 'ArrowUp' ? 'column' : event.key === 'ArrowDown' ? 'row' : null;
    const here = pointed.column !== null && pointed.row === null ? 'column' : 'row';
    const count = here === 'row' ? model.rows : model.columns;
    const along = cellAfter(event.key, { row: 0, column: pointed[here] }, 1, count);
    if (!side && !along) return;
    event.preventDefault();
    event.stopPropagation();
    this.point(side ? { ...NOTHING, [side]: pointed[here] ?? 0 } : { ...NOTHING, [here]: along!.column });
  };

  private point(detail: Pointed): void {
    const { row, column } = this.pointed;
    if (detail.row !== row || detail.column !== column) this.dispatchEvent(new CustomEvent('rv-point', { detail }));
  }
}
customElements.define('rv-attention-lines', AttentionLines);
