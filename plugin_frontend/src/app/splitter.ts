import { css, html, LitElement } from 'lit';

const STEP = 0.02;

/**
 * Line between two panels, dragged or moved by the arrow keys.
 * Fires `rv-split` with the share before it, 0 to 1.
 */
export class Splitter extends LitElement {
  static override properties = { upright: { type: Boolean }, share: { type: Number }, label: {} };
  /** True if it stands between left and right. */
  declare upright: boolean;
  declare share: number;
  declare label: string;

  static override styles = css`
    :host {
      position: relative;
      z-index: 3;
      flex: none;
      background: var(--rv-line);
      touch-action: none;
    }
    div {
      position: absolute;
      inset: -3px;
      cursor: row-resize;
    }
    :host([upright]) div {
      cursor: col-resize;
    }
    div:hover,
    div:focus-visible {
      background: var(--rv-accent);
      opacity: 0.6;
      outline: none;
    }
  `;

  override render() {
    const percent = Math.round(100 * this.share);
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation=${this.upright ? 'vertical' : 'horizontal'}
      aria-label=${this.label}
      aria-valuenow=${percent}
      aria-valuemin="10"
      aria-valuemax="90"
      @pointerdown=${(event: PointerEvent) => (event.currentTarget as Element).setPointerCapture(event.pointerId)}
      @pointermove=${this.moved}
      @keydown=${this.keyed}
    ></div>`;
  }

  private readonly moved = (event: PointerEvent): void => {
    if (!event.buttons) return;
    const box = this.parentElement!.getBoundingClientRect();
    this.say(this.upright ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.say(this.share + by);
  };

  private say(share: number): void {
    this.dispatchEvent(new CustomEvent('rv-split', { detail: Math.min(0.9, Math.max(0.1, share)) }));
  }
}
customElements.define('rv-splitter', Splitter);
