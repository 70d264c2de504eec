import { css, html, LitElement } from 'lit';
import { fitCanvas } from '../../draw/canvas.ts';
import { paintMinimap } from '../../draw/minimap.ts';
import type { TextPicture, Viewport } from '../../draw/text-paint.ts';

const WIDTH = 14;

/** The whole text as a strip; press or drag to go there. Says `rv-jump` with the share of the text, 0 to 1. */
export class Minimap extends LitElement {
  private painted: TextPicture | null = null;
  private height = 0;

  static override styles = css`
    :host { flex: none; width: ${WIDTH}px; align-self: stretch; border-left: 1px solid var(--rv-line); cursor: pointer; position: relative; touch-action: none; }
    canvas { display: block; position: absolute; inset: 0; }
    div { position: absolute; left: 0; right: 0; box-sizing: border-box; border: 1px solid var(--rv-ink); opacity: 0.7; pointer-events: none; }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('pointerdown', this.pressed);
    this.addEventListener('pointermove', this.moved);
  }

  override render() {
    return html`<canvas aria-hidden="true"></canvas><div></div>`;
  }

  /** Shows which part of the picture is in view, and paints the strip when the picture is another one. */
  show(picture: TextPicture, { height, ratio, top }: Viewport): void {
    const canvas = this.renderRoot?.querySelector('canvas');
    const frame = this.renderRoot?.querySelector('div');
    if (!canvas || !frame) return;
    const total = picture.layout.lines * picture.style.lineHeight;
    frame.style.top = `${(100 * top) / total}%`;
    frame.style.height = `${Math.max(1, (100 * height) / total)}%`;
    if (picture === this.painted && height === this.height) return;
    [this.painted, this.height] = [picture, height];
    const context = fitCanvas(canvas, WIDTH, height, ratio);
    if (context) paintMinimap(context, picture.layout, picture.values, picture.colors, picture.style.page);
  }

  private readonly pressed = (event: PointerEvent): void => {
    this.setPointerCapture(event.pointerId);
    this.jump(event);
  };

  private readonly moved = (event: PointerEvent): void => {
    if (event.buttons) this.jump(event);
  };

  private jump(event: PointerEvent): void {
    const box = this.getBoundingClientRect();
    this.dispatchEvent(new CustomEvent('rv-jump', { detail: (event.clientY - box.top) / box.height }));
  }
}
customElements.define('rv-minimap', Minimap);
