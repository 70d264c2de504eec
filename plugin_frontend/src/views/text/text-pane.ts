import { html, nothing, type PropertyValues } from 'lit';
import { signal } from '@preact/signals-core';
import { screenRatio } from '../../ui/draw/axes-canvas.ts';
import { fitCanvas } from '../../ui/draw/canvas.ts';
import type { Hits } from '../../ui/draw/text-find.ts';
import { paintText } from '../../ui/draw/text-paint.ts';
import { visibleLines, type TextPicture, type Viewport } from '../../ui/draw/text-picture.ts';
import { lineHeightWith, stripAt } from '../../ui/draw/text-strips.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import { copyInto, selectionIn, type Root } from './copy.ts';
import { readFrame, sameFrame, type Frame } from './frame.ts';
import { Gestures, type Ground } from './gestures.ts';
import { KeptAnchor } from './kept-anchor.ts';
import './minimap.ts';
import type { Minimap } from './minimap.ts';
import { letters, mark, sequences } from '../../ui/text/overlay.ts';
import { paneMessage } from './pane-message.ts';
import { paneStyle } from './pane-style.ts';
import { makePicture } from '../../ui/text/picture.ts';
import { pinnedToken } from '../../state/pinned-token.ts';
import type { Scheme } from './scheme.ts';
import { TEXT_HEIGHT, type Typesetter, type Typeset } from '../../ui/text/typesetter.ts';

export interface PointedToken {
  readonly token: number | null;
  /** The unit of the strip under the pointer, or the unit chosen. */
  readonly unit: number | null;
  readonly lasting: boolean;
}

/** Lines of the overlay that come and go together. */
const BLOCK = 8;

/**
 * Text of one recording on its colours.
 * A canvas of the height of the window shows the lines in view; the same lines stand over it as transparent text
 * for selection, copy and screen readers. Fires `rv-token` for the token under the pointer or pressed, `rv-
 * scroll`, and `rv-laid-out` after a new layout.
 */
export class TextPane extends SignalElement implements Ground {
  static override properties = {
    store: { attribute: false },
    recording: { attribute: false },
    scheme: { attribute: false },
    typesetter: { attribute: false },
    hits: { attribute: false },
    hit: { attribute: false },
    label: {},
  };
  declare store: ViewContext;
  declare recording: ComparedRecording;
  declare scheme: Scheme;
  declare typesetter: Typesetter;
  /** Of what is looked for; null where this text was not looked through. */
  declare hits: Hits | null;
  declare hit: number;
  declare label: string;

  private readonly size = signal({ width: 0, height: 0 });
  private readonly gestures = new Gestures(this);
  private readonly keptAnchor = new KeptAnchor(() => this.root);
  private frame: Frame | null = null;
  private typeset: Typeset | null = null;
  private picture: TextPicture | null = null;
  private lines: readonly [first: number, end: number] = [0, 0];
  private observer: ResizeObserver | null = null;
  private awaited: number | null = null;

  static override styles = paneStyle;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    this.observer = null;
  }

  override render() {
    const fresh = readFrame(this.store, this.recording, this.scheme);
    if (fresh && !sameFrame(fresh, this.frame)) this.frame = fresh;
    this.compose();
    return html`
      ${this.label ? html`<div class="label" title=${this.label}>${this.label}</div>` : nothing}
      <div class="body ${this.frame && !fresh ? 'old' : ''}">
        <div
          class="scroller"
          id="scroller"
          data-scrolls
          tabindex="0"
          role="region"
          aria-label=${this.label || 'Text'}
          @scroll=${this.scrolled}
          @pointermove=${this.moved}
          @pointerleave=${() => this.point(null, null, false)}
          @mousedown=${this.pressed}
          @click=${this.clicked}
          @keydown=${this.gestures.keyed}
          @copy=${this.copied}
        >
          <div class="stage" style=${`height:${this.typeset ? this.typeset.layout.lines * this.lineHeight + 8 : 0}px`}>
            <canvas class="sheet" aria-hidden="true"></canvas>
            ${this.overlay()}
          </div>
        </div>
        <rv-minimap
          data-figure="none"
          ?hidden=${!this.scrolls}
          style=${this.scrolls ? '' : 'display:none'}
          data-scrolls
          aria-label="Place in the text"
          aria-controls="scroller"
          title="The whole text: beside the colours, ticks where the feature matches and where a search has hits"
          @rv-jump=${this.jumped}
        ></rv-minimap>
      </div>
      ${paneMessage(this.store, this.recording, this.scheme, this.frame)}
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

  /**
   * Scrolls until the token is in view, once the text is there.
   * Returns true if it scrolled.
   */
  reveal(token: number): boolean {
    this.awaited = this.typeset ? null : token;
    if (!this.typeset || token >= this.typeset.layout.x.length || this.inView(token)) return false;
    const { scroller } = this;
    scroller.scrollTop = this.typeset.layout.lineOf(token) * this.lineHeight - scroller.clientHeight / 3;
    return true;
  }

  /** Tokens in view, first and end; null if there is no text or no room. */
  get span(): readonly [first: number, end: number] | null {
    if (!this.typeset || !this.size.peek().height) return null;
    const { starts } = this.typeset.layout;
    const [first, end] = visibleLines(this.typeset.layout, this.viewport, this.lineHeight);
    return [starts[first], starts[end]];
  }

  /** Rectangle of a token in the window; null if it is out of view. */
  rectOf(token: number): DOMRect | null {
    if (!this.typeset || token >= this.typeset.layout.x.length || !this.inView(token)) return null;
    const { layout } = this.typeset;
    const box = this.scroller.getBoundingClientRect();
    const y = box.top + layout.lineOf(token) * this.lineHeight - this.scroller.scrollTop;
    return new DOMRect(box.left + this.typeset.left + layout.x[token], y, layout.widthOf(token), this.lineHeight);
  }

  get first(): number {
    return this.span?.[0] ?? 0;
  }

  /** Scrolls the line of a token to the upper edge. */
  set first(token: number) {
    if (this.typeset) this.scroller.scrollTop = this.typeset.layout.lineOf(token) * this.lineHeight;
  }

  get layout() {
    return this.typeset?.layout ?? null;
  }

  get top(): number {
    return this.renderRoot.querySelector('.scroller')?.scrollTop ?? 0;
  }

  set top(top: number) {
    if (Math.abs(this.top - top) > 1) this.scroller.scrollTop = top;
  }

  get scroller(): HTMLElement {
    return this.renderRoot.querySelector('.scroller')!;
  }

  private get root(): Root {
    return this.renderRoot as Root;
  }

  private get lineHeight(): number {
    return lineHeightWith(TEXT_HEIGHT, this.frame?.strips.length ?? 0);
  }

  private get scrolls(): boolean {
    return this.typeset !== null && this.typeset.layout.lines * this.lineHeight > this.size.peek().height;
  }

  private get viewport(): Viewport {
    return { ...this.size.peek(), top: this.top, ratio: screenRatio() };
  }

  repaint(ratio: number = screenRatio()): void {
    this.paint({ ...this.viewport, ratio });
  }

  /** Sets the frame in lines, and makes another picture only if something changed. */
  private compose(): void {
    const { frame } = this;
    const { width } = this.size.value;
    const signs = this.store.option('signs').value === 'on';
    const dark = this.store.dark.value;
    if (!frame || !width) return;
    const typeset = this.typesetter.set(frame.text, width);
    const inputs = [typeset, frame, signs, dark];
    if (!inputs.some((input, i) => input !== this.inputs[i])) return;
    this.inputs = inputs;
    if (typeset !== this.typeset) this.laidOut = false;
    this.keepPlace(typeset);
    this.typeset = typeset;
    this.picture = makePicture(frame, typeset, signs, getComputedStyle(this));
  }

  private inputs: readonly unknown[] = [];
  private laidOut = false;

  /** Higher lines do not move the text: the line at the upper edge stays there. */
  private keepPlace(typeset: Typeset): void {
    const before = this.picture?.style.lineHeight;
    if (typeset !== this.typeset || !before || before === this.lineHeight) return;
    const top = (this.top / before) * this.lineHeight;
    void this.updateComplete.then(() => (this.top = top));
  }

  private overlay() {
    const { typeset, picture } = this;
    const [hover, pinned] = [this.store.hover.value.token, pinnedToken(this.store)];
    if (!typeset || !picture) return nothing;
    this.lines = this.linesAround(typeset);
    const { style } = picture;
    return html`${sequences(typeset, style, this.lines)} ${letters(typeset, picture, this.lines)}
    ${mark(typeset, style, hover, 'hover')} ${mark(typeset, style, pinned, 'pin')}
    ${mark(typeset, style, this.scheme.moment, 'moment')}`;
  }

  /** Whole blocks, so that not every line scrolled by is another overlay. */
  private linesAround({ layout }: Typeset, view: Viewport = this.viewport): readonly [first: number, end: number] {
    const [first, end] = visibleLines(layout, view, this.lineHeight);
    return [first - (first % BLOCK), Math.min(layout.lines, Math.ceil(end / BLOCK) * BLOCK)];
  }

  private measureRoom(): void {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const now = this.size.peek();
    if (width && height && (width !== now.width || height !== now.height)) this.size.value = { width, height };
  }

  private painted: readonly unknown[] = [];

  private paint(viewport: Viewport = this.viewport): void {
    const { picture, hits, hit } = this;
    if (!picture || !viewport.width || !viewport.height) return;
    const range = this.gestures.draft.value ?? this.store.selection.value?.tokens ?? null;
    const inputs = [picture, hits, hit, range, ...Object.values(viewport)];
    if (inputs.some((input, i) => input !== this.painted[i])) {
      this.painted = inputs;
      const sheet = this.renderRoot.querySelector<HTMLCanvasElement>('.sheet')!;
      const context = fitCanvas(sheet, viewport.width, viewport.height, viewport.ratio);
      if (context) paintText(context, picture, viewport, { hits, hit, range });
    }
    if (!this.scrolls) return;
    const places = { range, pinned: pinnedToken(this.store), hover: this.store.hover.value.token };
    this.renderRoot.querySelector<Minimap>('rv-minimap')!.show(picture, viewport, hits, places);
  }

  private readonly scrolled = (): void => {
    if (!this.typeset) return;
    const view = this.viewport;
    this.paint(view);
    const [first, end] = this.linesAround(this.typeset, view);
    if (first !== this.lines[0] || end !== this.lines[1]) this.requestUpdate();
    this.dispatchEvent(new CustomEvent('rv-scroll', { detail: view.top }));
  };

  /** Line at a point of the window, with offsets from its top and from the text. */
  private placeOf(event: MouseEvent): { line: number; x: number; y: number } {
    const box = this.scroller.getBoundingClientRect();
    const y = event.clientY - box.top + this.scroller.scrollTop;
    const line = Math.floor(y / this.lineHeight);
    return { line, y: y - line * this.lineHeight, x: event.clientX - box.left - (this.typeset?.left ?? 0) };
  }

  near(event: MouseEvent): number {
    const { line, x } = this.placeOf(event);
    return this.typeset?.layout.near(line, x) ?? -1;
  }

  private readonly moved = (event: PointerEvent): void => {
    if (event.buttons === 0) this.pointAt(event, false);
  };

  private readonly pressed = (event: MouseEvent): void => {
    this.gestures.pressed(event);
    this.keptAnchor.press(event);
  };

  private readonly clicked = (event: MouseEvent): void => {
    if (this.gestures.took() || selectionIn(this.root)?.type === 'Range') return;
    this.pointAt(event, true);
  };

  private pointAt(event: MouseEvent, lasting: boolean): void {
    const { line, x, y } = this.placeOf(event);
    const token = this.typeset?.layout.at(line, x) ?? -1;
    const strip = stripAt(y, TEXT_HEIGHT, this.frame?.strips.length ?? 0);
    const unit = strip < 0 ? null : (this.store.selection.peek()?.units[strip] ?? null);
    this.point(token < 0 ? null : token, token < 0 ? null : unit, lasting);
  }

  private point(token: number | null, unit: number | null, lasting: boolean): void {
    this.dispatchEvent(new CustomEvent<PointedToken>('rv-token', { detail: { token, unit, lasting } }));
  }

  private readonly copied = (event: ClipboardEvent): void => {
    if (this.typeset && this.frame)
      copyInto(event, this.root, this.typeset, this.frame.text, this.store.selection.peek()?.tokens ?? null);
  };

  private readonly jumped = ({ detail: top }: CustomEvent<number>): void => {
    this.scroller.scrollTop = top;
  };

  private inView(token: number): boolean {
    const y = this.typeset!.layout.lineOf(token) * this.lineHeight - this.scroller.scrollTop;
    return y >= 0 && y + this.lineHeight <= this.scroller.clientHeight;
  }
}
customElements.define('rv-text-pane', TextPane);
