import { css, html, LitElement } from 'lit';
import type { WordClusters, Words } from '../../data/words.ts';
import type { Colormap } from '../../state/colormap.ts';
import { clipText, FONT, rule, sheet } from '../../ui/draw/axes-canvas.ts';
import { palette } from '../../ui/draw/axes.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { ResizeController } from '../../ui/resize-controller.ts';

const [LEFT, BAR, ROW] = [92, 6, 13];
const [LOWEST, HIGHEST] = [160, 560];

export interface WordsHeatmapModel {
  readonly words: Words;
  readonly clusters: WordClusters;
  readonly names: readonly string[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly responses: Colormap;
  readonly colors: readonly CategoryColor[];
}

/** A cell: the row of a word and a unit. */
export interface PointedCell {
  readonly row: number;
  readonly unit: number;
}

/**
 * Responses of all units to all words, both in the order of their clusters.
 * Fires `rv-point` with a `PointedCell` or null, and `rv-choose` with a `PointedCell`.
 */
export class WordsHeatmap extends LitElement {
  static override properties = { model: { attribute: false }, dark: { type: Boolean }, unit: { type: Number } };
  declare model: WordsHeatmapModel | null;
  declare dark: boolean;
  declare unit: number;
  /** Cell of the keyboard, by its position. */
  private at: readonly [number, number] | null = null;
  private readonly room = new ResizeController(this);

  static override styles = css`
    :host {
      display: block;
    }
    div {
      outline: none;
    }
    div:focus-visible {
      outline: 2px solid var(--rv-accent);
    }
    canvas {
      display: block;
    }
  `;

  constructor() {
    super();
    this.model = null;
    this.dark = false;
    this.unit = -1;
  }

  override render() {
    return html`<div
      tabindex="0"
      role="application"
      aria-roledescription="heat map"
      aria-label="Responses. Arrow keys go from cell to cell, Enter chooses word and unit"
      @pointermove=${(event: PointerEvent) => this.fire('rv-point', this.cellUnder(event))}
      @pointerleave=${() => this.fire('rv-point', null)}
      @click=${(event: MouseEvent) => this.fire('rv-choose', this.cellUnder(event))}
      @keydown=${this.keyed}
    >
      <canvas></canvas>
    </div>`;
  }

  protected override updated(): void {
    this.repaint();
  }

  private get height(): number {
    return Math.min(HIGHEST, Math.max(LOWEST, (this.model?.rows.length ?? 0) * ROW)) + BAR;
  }

  repaint(ratio?: number): void {
    const { model, height } = this;
    const { width } = this.room;
    const canvas = this.renderRoot.querySelector('canvas');
    const surface = model && canvas && width > LEFT + BAR ? sheet(canvas, width, height, ratio) : null;
    if (!model || !surface) return;
    const { rows, columns, words, responses, colors, clusters, names } = model;
    const { context } = surface;
    const paint = palette(this.dark);
    const image = new ImageData(columns.length, rows.length);
    const cells = new Uint32Array(image.data.buffer);
    rows.forEach((row, r) =>
      columns.forEach((unit, c) => {
        cells[r * columns.length + c] =
          responses.words[Math.max(0, responses.index(words.mean[row * words.units + unit]))];
      }),
    );
    const scratch = document.createElement('canvas');
    [scratch.width, scratch.height] = [columns.length, rows.length];
    scratch.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const [wide, high] = [width - LEFT - BAR, height - BAR];
    context.drawImage(scratch, LEFT + BAR, BAR, wide, high);
    const [cell, line] = [wide / columns.length, high / rows.length];
    columns.forEach((unit, c) => {
      const cluster = clusters.units[unit];
      if (cluster < 0) return;
      context.fillStyle = colors[cluster].css;
      context.fillRect(LEFT + BAR + c * cell, 0, cell + 0.5, BAR - 1);
    });
    context.font = FONT;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    let free = -Infinity;
    rows.forEach((row, r) => {
      const cluster = clusters.words[row];
      const y = BAR + r * line;
      if (cluster >= 0) {
        context.fillStyle = colors[cluster].css;
        context.fillRect(LEFT, y, BAR - 1, line + 0.5);
      }
      if (y + line / 2 < free) return;
      context.fillStyle = paint.ink;
      context.fillText(clipText(context, names[row], LEFT - 8), LEFT - 4, y + line / 2);
      free = y + line / 2 + 11;
    });
    const now = columns.indexOf(this.unit);
    if (now >= 0) {
      const x = LEFT + BAR + (now + 0.5) * cell;
      rule(surface, x, 0, x, BAR, paint.ink);
    }
    if (this.at) {
      const [r, c] = this.at;
      context.strokeStyle = paint.ink;
      context.strokeRect(LEFT + BAR + c * cell, BAR + r * line, Math.max(3, cell), Math.max(3, line));
    }
  }

  private cellUnder(event: MouseEvent): PointedCell | null {
    const { model } = this;
    const box = this.renderRoot.querySelector('canvas')?.getBoundingClientRect();
    if (!model || !box) return null;
    const r = Math.floor(((event.clientY - box.top - BAR) / (this.height - BAR)) * model.rows.length);
    const c = Math.floor(((event.clientX - box.left - LEFT - BAR) / (box.width - LEFT - BAR)) * model.columns.length);
    const [row, unit] = [model.rows[r], model.columns[c]];
    return row === undefined || unit === undefined ? null : { row, unit };
  }

  private readonly keyed = (event: KeyboardEvent) => {
    const { model } = this;
    if (!model) return;
    const [r, c] = this.at ?? [0, 0];
    if (event.key === 'Enter' && this.at) {
      event.preventDefault();
      this.fire('rv-choose', { row: model.rows[r], unit: model.columns[c] });
      return;
    }
    const step = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
    this.at = this.at ? [inside(r + step[0], model.rows.length), inside(c + step[1], model.columns.length)] : [0, 0];
    this.fire('rv-point', { row: model.rows[this.at[0]], unit: model.columns[this.at[1]] });
    this.repaint();
  };

  private fire(name: string, detail: PointedCell | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define('rv-words-heatmap', WordsHeatmap);
