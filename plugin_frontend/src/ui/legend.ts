import { html, LitElement, css } from 'lit';
import { niceStep, palette, tickLabel } from './draw/axes.ts';
import { rule, sheet } from './draw/axes-canvas.ts';
import type { Colormap } from '../state/colormap.ts';

const WIDTH = 110;
const HEIGHT = 10;

/** Color bar with its numbers, and the hatch for missing values. */
export class Legend extends LitElement {
  static override properties = {
    colors: { attribute: false },
    what: {},
    missing: { type: Boolean },
    dark: { type: Boolean },
  };
  declare colors: Colormap | null;
  declare what: string;
  declare missing: boolean;
  declare dark: boolean;

  static override styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    .hatch {
      display: inline-block;
      width: 16px;
      height: 10px;
    }
  `;

  constructor() {
    super();
    this.colors = null;
    this.what = '';
    this.missing = this.dark = false;
  }

  override render() {
    const { colors } = this;
    if (!colors) return html``;
    const { low, high, diverging } = colors;
    const label = (value: number) =>
      value ? (diverging && value > 0 ? '+' : '') + tickLabel(value, niceStep((high - low) / 100 || 1)) : '0';
    return html`<span>${this.what}</span><span>${label(low)}</span><canvas aria-hidden="true"></canvas
      ><span>${label(high)}</span> ${this.missing ? html`${hatchSample(colors)}<span>missing</span>` : ''}`;
  }

  protected override updated(): void {
    this.repaint();
  }

  repaint(ratio?: number): void {
    const { colors } = this;
    const canvas = this.renderRoot.querySelector('canvas');
    const surface = colors && canvas && sheet(canvas, WIDTH, HEIGHT, ratio);
    if (!surface || !colors) return;
    const step = WIDTH / colors.css.length;
    colors.css.forEach((color, i) => {
      surface.context.fillStyle = color;
      surface.context.fillRect(i * step, 0, step + 1, HEIGHT);
    });
    if (colors.diverging) rule(surface, WIDTH / 2, 0, WIDTH / 2, HEIGHT, palette(this.dark).muted);
  }
}
customElements.define('rv-colors', Legend);

const hatchSample = ({ hatch: { ground, stripe } }: Colormap) =>
  html`<svg class="hatch" viewBox="0 0 16 10" aria-hidden="true">
    <rect width="16" height="10" fill="rgb(${ground})"></rect>
    <path d="M-2 8L8 -2M-2 14L14 -2M4 14L20 -2M10 14L20 4" stroke="rgb(${stripe})" stroke-width="1.5"></path>
  </svg>`;
