import { css, html, LitElement } from 'lit';
import { fitCanvas } from '../../ui/draw/canvas.ts';
import { MINIMAP_WIDTH, paintMinimap, poolRows, type MinimapPlaces, type MinimapRows } from '../../ui/draw/minimap.ts';
import type { Hits } from '../../ui/draw/text-find.ts';
import type { TextPicture, Viewport } from '../../ui/draw/text-picture.ts';
import { marked } from '../../ui/draw/feature-matches.ts';

/** The part of the text that a key goes on by. */
const PAGE = 0.9;
const KEYS: Readonly<Record<string, (picture: TextPicture, view: Viewport) => number>> = {
  ArrowUp: ({ style }, { top }) => top - style.lineHeight,
  ArrowDown: ({ style }, { top }) => top + style.lineHeight,
  PageUp: (_, { top, height }) => top - PAGE * height,
  PageDown: (_, { top, height }) => top + PAGE * height,
  Home: () => 0,
  End: ({ layout, style }) => layout.lines * style.lineHeight,
};

/**
 * Minimap of the whole text; press, drag or use the keys to scroll.
 * Fires `rv-jump` with the pixel of the upper edge.
 */
export class Minimap extends LitElement {
  private pooled: { readonly of: readonly unknown[]; readonly rows: MinimapRows } | null = null;
  private painted: readonly unknown[] = [];
  private picture: TextPicture | null = null;
  private view: Viewport | null = null;

  static override styles = css`
    :host {
      flex: none;
      width: ${MINIMAP_WIDTH}px;
      align-self: stretch;
      border-left: 1px solid var(--rv-line);
      cursor: pointer;
      position: relative;
      touch-action: none;
    }
    :host(:focus-visible) {
      outline: 2px solid var(--rv-accent);
      outline-offset: -1px;
    }
    canvas {
      display: block;
      position: absolute;
      inset: 0;
    }
    div {
      position: absolute;
      left: 0;
      right: 0;
      box-sizing: border-box;
      border: 1px solid var(--rv-ink);
      opacity: 0.7;
      pointer-events: none;
      min-height: 4px;
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    const attributes = {
      role: 'scrollbar',
      tabindex: '0',
      'aria-orientation': 'vertical',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    };
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value);
    this.addEventListener('pointerdown', this.pressed);
    this.addEventListener('pointermove', this.moved);
    this.addEventListener('keydown', this.keyed);
  }

  override render() {
    return html`<canvas aria-hidden="true"></canvas>
      <div></div>`;
  }

  /** Marks the part in view, and repaints the strip if its content changed. */
  show(picture: TextPicture, view: Viewport, hits: Hits | null, places: MinimapPlaces): void {
    const canvas = this.renderRoot?.querySelector('canvas');
    const frame = this.renderRoot?.querySelector('div');
    if (!canvas || !frame) return;
    [this.picture, this.view] = [picture, view];
    const { height, ratio, top } = view;
    const total = picture.layout.lines * picture.style.lineHeight;
    frame.style.top = `${(100 * top) / total}%`;
    frame.style.height = `${Math.min(100, (100 * height) / total)}%`;
    this.setAttribute('aria-valuenow', String(Math.min(100, Math.round((100 * top) / Math.max(1, total - height)))));
    const rows = this.pool(picture, hits, Math.round(height * ratio));
    const inputs = [rows, picture.colors, picture.style.page, height, ratio, places.range, places.pinned, places.hover];
    if (inputs.every((input, i) => input === this.painted[i])) return;
    this.painted = inputs;
    const context = fitCanvas(canvas, MINIMAP_WIDTH - 1, height, ratio);
    if (context) paintMinimap(context, picture.layout, rows, picture.colors, places, picture.style, ratio);
  }

  private pool({ layout, values, colors, mask }: TextPicture, hits: Hits | null, rows: number): MinimapRows {
    const of = [layout, values, colors.low, colors.high, mask, hits, rows];
    if (!this.pooled || of.some((one, i) => one !== this.pooled!.of[i])) {
      this.pooled = { of, rows: poolRows(layout, values, colors, mask && marked(mask), hits, rows) };
    }
    return this.pooled.rows;
  }

  private readonly pressed = (event: PointerEvent): void => {
    this.setPointerCapture(event.pointerId);
    this.jump(event);
  };

  private readonly moved = (event: PointerEvent): void => {
    if (event.buttons) this.jump(event);
  };

  private jump(event: PointerEvent): void {
    if (!this.picture || !this.view) return;
    const box = this.getBoundingClientRect();
    const total = this.picture.layout.lines * this.picture.style.lineHeight;
    this.say(((event.clientY - box.top) / box.height) * total - this.view.height / 2);
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    const move = KEYS[event.key];
    if (!move || !this.picture || !this.view) return;
    event.preventDefault();
    event.stopPropagation();
    this.say(move(this.picture, this.view));
  };

  private say(top: number): void {
    this.dispatchEvent(new CustomEvent('rv-jump', { detail: top }));
  }
}
customElements.define('rv-minimap', Minimap);
