import { css, html, LitElement, nothing } from 'lit';
import type { Colormap } from '../../state/colormap.ts';
import { fitCanvas } from '../draw/canvas.ts';
import { paintText } from '../draw/text-paint.ts';
import type { TextPicture } from '../draw/text-picture.ts';
import type { PaintedElement } from '../export/figure.ts';
import { ResizeController } from '../resize-controller.ts';
import { controls } from '../theme.ts';
import type { Excerpt, TokenRange } from './excerpt.ts';
import { letters, mark, overlayStyle } from './overlay.ts';
import { makePicture } from './picture.ts';
import { TEXT_HEIGHT, type Typeset, type Typesetter } from './typesetter.ts';

/** Lines shown at most. */
const LINES = 7;

/**
 * Piece of a text on the colours of a unit, drawn as the text view draws it.
 * Transparent letters over the picture can be selected and are read aloud. Fires `rv-token` with the token under the
 * pointer, counted in the whole text, or null.
 */
export class TextExcerpt extends LitElement implements PaintedElement {
  static override properties = {
    excerpt: { attribute: false },
    values: { attribute: false },
    colors: { attribute: false },
    typesetter: { attribute: false },
    stretch: { attribute: false },
    hover: { attribute: false },
    signs: { type: Boolean },
    dark: { type: Boolean },
  };
  declare excerpt: Excerpt;
  /** Activity at each token of the excerpt; null if it is not known. */
  declare values: Float32Array | null;
  declare colors: Colormap;
  declare typesetter: Typesetter;
  /** Tokens between brackets, counted in the whole text; null for none. */
  declare stretch: TokenRange | null;
  /** Token under the pointer in any view, counted in the whole text. */
  declare hover: number | null;
  declare signs: boolean;
  declare dark: boolean;

  private readonly room = new ResizeController(this);
  private typeset: Typeset | null = null;
  private picture: TextPicture | null = null;

  static override styles = [
    controls,
    overlayStyle,
    css`
      :host {
        display: block;
        min-width: 0;
        min-height: ${TEXT_HEIGHT}px;
      }
      .stage {
        position: relative;
        overflow: hidden;
      }
      canvas {
        display: block;
      }
    `,
  ];

  constructor() {
    super();
    this.values = this.stretch = this.hover = null;
    this.signs = this.dark = false;
  }

  override render() {
    const { excerpt } = this;
    const { width } = this.room;
    if (!excerpt || !width) return nothing;
    const typeset = (this.typeset = this.typesetter.set(excerpt.text, width, excerpt.setting));
    const picture = (this.picture = makePicture(
      {
        text: excerpt.text,
        values: this.values,
        colors: this.colors,
        mask: null,
        categories: null,
        strips: [],
        stripColors: [],
      },
      typeset,
      this.signs,
      getComputedStyle(this),
    ));
    const { lines } = this;
    const hover = this.hover === null ? null : this.hover - excerpt.range[0];
    const end = typeset.layout.starts[lines];
    return html`<div
      class="stage"
      style="height:${lines * TEXT_HEIGHT}px"
      @pointermove=${this.moved}
      @pointerleave=${() => this.point(null)}
    >
      <canvas aria-hidden="true"></canvas>
      ${letters(typeset, picture, [0, lines])}
      ${hover !== null && hover >= 0 && hover < end ? mark(typeset, picture.style, hover, 'hover') : nothing}
    </div>`;
  }

  protected override updated(): void {
    this.repaint();
  }

  /**
   * Paints the canvas.
   * `ratio` is the number of device pixels per CSS pixel, by default the screen's.
   */
  repaint(ratio = window.devicePixelRatio || 1): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const { picture } = this;
    if (!canvas || !picture) return;
    const view = { width: this.room.width, height: this.lines * TEXT_HEIGHT, top: 0, ratio };
    const context = fitCanvas(canvas, view.width, view.height, ratio);
    if (context) paintText(context, picture, view, { hits: null, hit: -1, range: this.bracket });
  }

  private get lines(): number {
    return Math.min(LINES, this.typeset?.layout.lines ?? 0);
  }

  /** Tokens between brackets, counted in the excerpt. */
  private get bracket(): TokenRange | null {
    const { stretch, excerpt } = this;
    if (!stretch) return null;
    const [first, end] = excerpt.range;
    const range = [Math.max(stretch[0], first) - first, Math.min(stretch[1], end) - first] as const;
    return range[0] < range[1] ? range : null;
  }

  private readonly moved = (event: PointerEvent): void => {
    const { typeset, excerpt } = this;
    if (!typeset) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const line = Math.floor((event.clientY - box.top) / TEXT_HEIGHT);
    const token = typeset.layout.at(line, event.clientX - box.left - typeset.left);
    this.point(token < 0 ? null : excerpt.range[0] + token);
  };

  private point(token: number | null): void {
    this.dispatchEvent(new CustomEvent<number | null>('rv-token', { detail: token }));
  }
}
customElements.define('rv-text-excerpt', TextExcerpt);
