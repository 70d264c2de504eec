import { css, html, nothing, type PropertyValues } from 'lit';
import { signal } from '@preact/signals-core';
import { fitCanvas } from '../../draw/canvas.ts';
import { paintText, visibleLines, type TextPicture, type Viewport } from '../../draw/text-paint.ts';
import { controls } from '../../elements/theme.ts';
import { Watching } from '../../elements/watching.ts';
import type { Sources, Store } from '../../state/store.ts';
import { readFrame, type ColorBy, type Frame } from './frame.ts';
import './minimap.ts';
import type { Minimap } from './minimap.ts';
import { letters, mark, overlayStyle, sequences } from './overlay.ts';
import { messageStyle, paneMessage } from './pane-message.ts';
import { LINE_HEIGHT, MARGIN, Typesetter, type Typeset } from './typesetter.ts';

export interface PointedToken {
  readonly token: number | null;
  readonly lasting: boolean;
}

/**
 * One recording's text on the colours of one unit. A canvas of the height of the window shows the lines in view; the
 * same lines stand over it as transparent text, to be selected, copied and read aloud. Says `rv-token` for what the
 * pointer is over or has pressed, `rv-scroll`, and `rv-laid-out` when the tokens have new places.
 */
export class TextPane extends Watching {
  static override properties = { store: { attribute: false }, sources: { attribute: false }, label: {} };
  declare store: Store;
  declare sources: Sources;
  declare label: string;

  private readonly size = signal({ width: 0, height: 0 });
  private readonly typesetter = new Typesetter();
  private frame: Frame | null = null;
  private typeset: Typeset | null = null;
  private picture: TextPicture | null = null;
  private lines: readonly [first: number, end: number] = [0, 0];
  private observer: ResizeObserver | null = null;
  private awaited: number | null = null;

  static override styles = [controls, overlayStyle, messageStyle, css`
    :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; position: relative; }
    .label { padding: 2px 12px; font-size: 12px; color: var(--rv-muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; flex: none; }
    .body { flex: 1 1 0; min-height: 0; display: flex; padding-top: 4px; }
    .scroller { flex: 1 1 0; min-width: 0; overflow: hidden auto; overflow-anchor: none; cursor: text; }
    .scroller:focus-visible { outline: 2px solid var(--rv-accent); outline-offset: -2px; }
    .stage { position: relative; min-height: 100%; }
    .sheet { position: sticky; top: 0; display: block; }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    this.observer = null;
  }

  override render() {
    const fresh = readFrame(this.store, this.sources, this.store.option('color', 'activity').value as ColorBy);
    if (fresh && !sameFrame(fresh, this.frame)) this.frame = fresh;
    this.compose();
    return html`
      ${this.label ? html`<div class="label">${this.label}</div>` : nothing}
      <div class="body ${this.frame && !fresh ? 'old' : ''}">
        <div class="scroller" data-scrolls tabindex="0" role="region" aria-label=${this.label || 'Text'}
          @scroll=${this.scrolled} @pointermove=${this.moved} @pointerleave=${() => this.point(null, false)} @click=${this.clicked}>
          <div class="stage" style=${`height:${this.typeset ? this.typeset.layout.lines * LINE_HEIGHT + 8 : 0}px`}>
            <canvas class="sheet" aria-hidden="true"></canvas>
            ${this.overlay()}
          </div>
        </div>
        <rv-minimap ?hidden=${!this.scrolls} style=${this.scrolls ? '' : 'display:none'} title="The whole text" @rv-jump=${this.jumped}></rv-minimap>
      </div>
      ${paneMessage(this.sources, this.frame)}
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.observer) {
      this.observer = new ResizeObserver(() => this.measureRoom());
      this.observer.observe(this.scroller);
    }
    this.paint();
    if (this.awaited !== null && this.typeset) this.reveal(this.awaited);
    if (this.laidOut || !this.typeset) return;
    this.laidOut = true;
    this.dispatchEvent(new Event('rv-laid-out'));
  }

  /** Scrolls until the token is in view, once the text is there. */
  reveal(token: number): void {
    this.awaited = this.typeset ? null : token;
    if (!this.typeset || token >= this.typeset.layout.x.length || this.inView(token)) return;
    const { scroller } = this;
    scroller.scrollTop = this.typeset.layout.lineOf(token) * LINE_HEIGHT - scroller.clientHeight / 3;
  }

  /** The tokens in view, from the first to the one after the last; null while there is no text in any room. */
  get span(): readonly [first: number, end: number] | null {
    if (!this.typeset || !this.size.peek().height) return null;
    const { starts } = this.typeset.layout;
    const [first, end] = visibleLines(this.typeset.layout, this.viewport, LINE_HEIGHT);
    return [starts[first], starts[end]];
  }

  /** Where a token stands in the window; null when it is not in view. */
  rectOf(token: number): DOMRect | null {
    if (!this.typeset || token >= this.typeset.layout.x.length || !this.inView(token)) return null;
    const { layout } = this.typeset;
    const box = this.scroller.getBoundingClientRect();
    const y = box.top + layout.lineOf(token) * LINE_HEIGHT - this.scroller.scrollTop;
    return new DOMRect(box.left + this.typeset.left + layout.x[token], y, layout.widthOf(token), LINE_HEIGHT);
  }

  get top(): number {
    return this.renderRoot.querySelector('.scroller')?.scrollTop ?? 0;
  }

  set top(top: number) {
    if (Math.abs(this.top - top) > 1) this.scroller.scrollTop = top;
  }

  private get scroller(): HTMLElement {
    return this.renderRoot.querySelector('.scroller')!;
  }

  private get pinned(): number | null {
    const word = this.store.option('token', '').value;
    return word === '' ? null : Number(word);
  }

  private get scrolls(): boolean {
    return this.typeset !== null && this.picture?.values != null && this.typeset.layout.lines * LINE_HEIGHT > this.size.peek().height;
  }

  private get viewport(): Viewport {
    return { ...this.size.peek(), top: this.top, ratio: window.devicePixelRatio || 1 };
  }

  /** Sets the frame in lines, and makes another picture only when something in it is another. */
  private compose(): void {
    const { frame } = this;
    const { width } = this.size.value;
    const signs = this.store.option('signs', 'off').value === 'on';
    const dark = this.store.dark.value;
    if (!frame || !width) return;
    const { text, values, mask, colors } = frame;
    const typeset = this.typesetter.set(text, width);
    const inputs = [typeset, frame, signs, dark];
    if (!inputs.some((input, i) => input !== this.inputs[i])) return;
    this.inputs = inputs;
    if (typeset !== this.typeset) this.laidOut = false;
    this.typeset = typeset;
    const look = getComputedStyle(this);
    const color = (name: string) => look.getPropertyValue(name).trim();
    const style = { font: typeset.font, lineHeight: LINE_HEIGHT, left: typeset.left, margin: MARGIN, ink: color('--rv-ink'), muted: color('--rv-muted'), page: color('--rv-page') };
    const { layout, setting, clipped } = typeset;
    const given = text.generated ? text.promptTokens : 0;
    this.picture = { layout, setting, clipped, given, values, mask, colors, signs, style, tokens: text.tokens, table: text.table };
  }

  private inputs: readonly unknown[] = [];
  private laidOut = false;

  private overlay() {
    const { typeset, picture } = this;
    const [hover, pinned] = [this.store.hover.value.token, this.pinned];
    if (!typeset || !picture) return nothing;
    this.lines = visibleLines(typeset.layout, this.viewport, LINE_HEIGHT);
    return html`${sequences(typeset, this.lines)} ${letters(typeset, picture, this.lines)} ${mark(typeset, hover, 'hover')} ${mark(typeset, pinned, 'pin')}`;
  }

  private measureRoom(): void {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const now = this.size.peek();
    if (width && height && (width !== now.width || height !== now.height)) this.size.value = { width, height };
  }

  private painted: readonly unknown[] = [];

  private paint(): void {
    const { picture, viewport } = this;
    if (!picture || !viewport.width || !viewport.height) return;
    const inputs = [picture, ...Object.values(viewport)];
    if (!inputs.some((input, i) => input !== this.painted[i])) return;
    this.painted = inputs;
    const sheet = this.renderRoot.querySelector<HTMLCanvasElement>('.sheet')!;
    const context = fitCanvas(sheet, viewport.width, viewport.height, viewport.ratio);
    if (context) paintText(context, picture, viewport);
    if (this.scrolls) this.renderRoot.querySelector<Minimap>('rv-minimap')!.show(picture, viewport);
  }

  private readonly scrolled = (): void => {
    if (!this.typeset) return;
    this.paint();
    const [first, end] = visibleLines(this.typeset.layout, this.viewport, LINE_HEIGHT);
    if (first !== this.lines[0] || end !== this.lines[1]) this.requestUpdate();
    this.dispatchEvent(new CustomEvent('rv-scroll', { detail: this.top }));
  };

  private tokenUnder(event: PointerEvent | MouseEvent): number | null {
    if (!this.typeset) return null;
    const box = this.scroller.getBoundingClientRect();
    const line = Math.floor((event.clientY - box.top + this.scroller.scrollTop) / LINE_HEIGHT);
    const token = this.typeset.layout.at(line, event.clientX - box.left - this.typeset.left);
    return token < 0 ? null : token;
  }

  private readonly moved = (event: PointerEvent): void => {
    if (event.buttons === 0) this.point(this.tokenUnder(event), false);
  };

  private readonly clicked = (event: MouseEvent): void => {
    if (selectionIn(this.renderRoot as ShadowRoot)?.type === 'Range') return;
    this.point(this.tokenUnder(event), true);
  };

  private point(token: number | null, lasting: boolean): void {
    this.dispatchEvent(new CustomEvent<PointedToken>('rv-token', { detail: { token, lasting } }));
  }

  private readonly jumped = ({ detail: share }: CustomEvent<number>): void => {
    const { scroller } = this;
    scroller.scrollTop = share * scroller.scrollHeight - scroller.clientHeight / 2;
  };

  private inView(token: number): boolean {
    const y = this.typeset!.layout.lineOf(token) * LINE_HEIGHT - this.scroller.scrollTop;
    return y >= 0 && y + LINE_HEIGHT <= this.scroller.clientHeight;
  }
}
customElements.define('rv-text-pane', TextPane);

/** What is selected in here; some browsers tell only the tree that it is in. */
const selectionIn = (root: ShadowRoot & { getSelection?(): Selection | null }) => root.getSelection?.() ?? window.getSelection();

const sameFrame = (a: Frame, b: Frame | null) => b !== null && (Object.keys(a) as (keyof Frame)[]).every((key) => a[key] === b[key]);
