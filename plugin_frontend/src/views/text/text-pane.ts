import { html, nothing, type PropertyValues } from 'lit';
import { signal } from '@preact/signals-core';
import { screenRatio } from '../../ui/draw/axes-canvas.ts';
import { fitCanvas } from '../../ui/draw/canvas.ts';
import type { Hits } from '../../ui/draw/text-find.ts';
import { paintText } from '../../ui/draw/text-paint.ts';
import { visibleLines, type Shade, type TextPicture, type Viewport } from '../../ui/draw/text-picture.ts';
import { lineHeightWith, stripAt } from '../../ui/draw/text-strips.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import { copyInto, selectionIn, type Root } from './copy.ts';
import { printedFrame, readFrame, sameFrame, type Frame } from './frame.ts';
import { Gestures, type Ground } from './gestures.ts';
import { KeptAnchor } from './kept-anchor.ts';
import './minimap.ts';
import type { Minimap } from './minimap.ts';
import { letters, mark, sequences } from '../../ui/text/overlay.ts';
import { readShade, shadingToken } from './pair.ts';
import type { PairText } from './pair-text.ts';
import { paneMessage } from './pane-message.ts';
import { paneStyle } from './pane-style.ts';
import { makePicture, type ColoredText } from '../../ui/text/picture.ts';
import { pinnedToken } from '../../state/pinned-token.ts';
import type { Scheme } from './scheme.ts';
import { TEXT_HEIGHT, type Typesetter, type Typeset } from '../../ui/text/typesetter.ts';

export interface PointedToken {
  readonly token: number | null;
  /** Token of the other side of a pair, counted in its text. */
  readonly partner: number | null;
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
  private colored: ColoredText | null = null;
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
    if (fresh && !sameFrame(fresh, this.frame)) {
      this.frame = fresh;
      this.colored = printedFrame(fresh);
    }
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
          @pointerleave=${() => this.point(null)}
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
    return this.revealIndex(this.indexOf(token));
  }

  /**
   * Scrolls to an index of the printed text.
   * In it a pair has the lines of both sides.
   */
  revealIndex(index: number): boolean {
    if (!this.typeset || index >= this.typeset.layout.x.length || this.inView(index)) return false;
    const { scroller } = this;
    scroller.scrollTop = this.typeset.layout.lineOf(index) * this.lineHeight - scroller.clientHeight / 3;
    return true;
  }

  /** Tokens in view, first and end; null if there is no text or no room. */
  get span(): readonly [first: number, end: number] | null {
    if (!this.typeset || !this.size.peek().height) return null;
    const { starts } = this.typeset.layout;
    const [first, end] = visibleLines(this.typeset.layout, this.viewport, this.lineHeight);
    return [this.countBefore(starts[first]), this.countBefore(starts[end])];
  }

  /**
   * Rectangle of a token in the window; null if it is out of view.
   * That of a pair reaches down to its last line, so that a card below leaves all lines free.
   */
  rectOf(token: number): DOMRect | null {
    const index = this.indexOf(token);
    if (!this.typeset || index >= this.typeset.layout.x.length || !this.inView(index)) return null;
    const { layout } = this.typeset;
    const box = this.scroller.getBoundingClientRect();
    const y = box.top + layout.lineOf(index) * this.lineHeight - this.scroller.scrollTop;
    return new DOMRect(
      box.left + this.typeset.left + layout.x[index],
      y,
      layout.widthOf(index),
      this.lineHeight * this.linesBelow(token),
    );
  }

  /** Lines from that of a token to the last one of its pair. */
  private linesBelow(token: number): number {
    const { pair, layout } = this;
    if (!pair || !layout) return 1;
    const [sequence] = pair.stepOf(pair.side, token);
    return layout.sequences[(sequence + 1) * pair.lines] - layout.lineOf(this.indexOf(token));
  }

  get first(): number {
    return this.span?.[0] ?? 0;
  }

  /** Scrolls the line of a token to the upper edge. */
  set first(token: number) {
    if (this.typeset) this.scroller.scrollTop = this.typeset.layout.lineOf(this.indexOf(token)) * this.lineHeight;
  }

  get layout() {
    return this.typeset?.layout ?? null;
  }

  get tokens(): number {
    return this.typeset ? this.countBefore(this.typeset.layout.x.length) : 0;
  }

  /** First token of the printed text that is in view. */
  get firstIndex(): number {
    return this.indexOf(this.first);
  }

  private get pair(): PairText | null {
    return this.frame?.pair ?? null;
  }

  /** Index of a token in the printed text. */
  private indexOf(token: number): number {
    return this.pair?.indexOf(token) ?? token;
  }

  /** Tokens before an index of the printed text, of the side that has colours. */
  private countBefore(index: number): number {
    return this.pair?.countBefore(index) ?? index;
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
    const typeset = this.typesetter.set(this.pair?.printed ?? frame.text, width);
    const shade = this.readShade();
    const inputs = [typeset, this.colored, shade, signs, dark];
    if (!inputs.some((input, i) => input !== this.inputs[i])) return;
    this.inputs = inputs;
    if (typeset !== this.typeset) this.laidOut = false;
    this.keepPlace(typeset);
    this.typeset = typeset;
    this.picture = { ...makePicture(this.colored!, typeset, signs, getComputedStyle(this)), shade };
  }

  /** Weights of the other side of a pair at the token pointed at or pinned. */
  private readShade(): Shade | null {
    const { pair } = this;
    const token = pair && shadingToken(this.store, pair, pinnedToken(this.store));
    const shade = token && readShade(this.store, this.recording, pair, token);
    return shade?.state === 'ready' ? shade.value : null;
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
    const { hover, pinned } = this.marked;
    if (!typeset || !picture) return nothing;
    this.lines = this.linesAround(typeset);
    const { style } = picture;
    return html`${sequences(typeset, style, this.lines)} ${letters(typeset, picture, this.lines)}
    ${hover.map((index) => mark(typeset, style, index, 'hover'))}
    ${pinned.map((index) => mark(typeset, style, index, 'pin'))}
    ${mark(typeset, style, this.scheme.moment === null ? null : this.indexOf(this.scheme.moment), 'moment')}`;
  }

  /** Tokens of the printed text under the pointer in any view, and pinned ones. */
  private get marked(): { readonly hover: readonly number[]; readonly pinned: readonly number[] } {
    const { token, partner } = this.store.hover.value;
    const { pair } = this;
    const indices = (own: number | null, other: number | null) => {
      if (!pair) return own === null ? [] : [own];
      const target = pair.side === 'target' ? own : other;
      return [
        ...(own === null ? [] : [pair.indexOf(own)]),
        ...(other === null ? [] : [pair.indexOf(other, pair.partner)]),
        ...(target === null || pair.lines < 3 ? [] : [pair.indexOf(target, 'output')]),
      ];
    };
    return { hover: indices(token, partner), pinned: indices(pinnedToken(this.store), null) };
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
    const range = this.rangeOf(this.gestures.draft.value ?? this.store.selection.value?.tokens ?? null);
    const inputs = [picture, hits, hit, range, ...Object.values(viewport)];
    if (inputs.some((input, i) => input !== this.painted[i])) {
      this.painted = inputs;
      const sheet = this.renderRoot.querySelector<HTMLCanvasElement>('.sheet')!;
      const context = fitCanvas(sheet, viewport.width, viewport.height, viewport.ratio);
      if (context) paintText(context, picture, viewport, { hits, hit, range });
    }
    if (!this.scrolls) return;
    const { hover, pinned } = this.marked;
    const places = { range, pinned: pinned[0] ?? null, hover: hover[0] ?? null };
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
    const index = this.typeset?.layout.near(line, x) ?? -1;
    return index < 0 ? -1 : (this.ownToken(index) ?? Math.min(this.countBefore(index), this.tokens - 1));
  }

  nearInNextLine(token: number, by: -1 | 1): number {
    const { layout } = this.typeset!;
    const index = this.indexOf(token);
    let line = layout.lineOf(index) + by;
    while (line >= 0 && line < layout.lines && this.ownToken(layout.starts[line], false) === null) line += by;
    return this.countBefore(layout.near(line, layout.x[index]));
  }

  /**
   * Token of the side that has colours; null for the other side.
   * An output belongs to its step, unless `output` is false.
   */
  private ownToken(index: number, output = true): number | null {
    const { pair } = this;
    if (!pair) return index;
    return output || pair.at(index).line !== 'output' ? pair.tokenOf(pair.side, index) : null;
  }

  /** Range of tokens in the printed text. */
  private rangeOf(range: readonly [number, number] | null): readonly [number, number] | null {
    return range && this.pair ? [this.indexOf(range[0]), this.indexOf(range[1] - 1) + 1] : range;
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
    const index = this.typeset?.layout.at(line, x) ?? -1;
    const strip = stripAt(y, TEXT_HEIGHT, this.frame?.strips.length ?? 0);
    const unit = strip < 0 ? null : (this.store.selection.peek()?.units[strip] ?? null);
    const token = index < 0 ? null : this.ownToken(index);
    const partner = index < 0 || !this.pair ? null : this.pair.tokenOf(this.pair.partner, index);
    this.point({ token, partner, unit: token === null ? null : unit, lasting });
  }

  /** Tells which token is pointed at, if any. */
  private point(pointed: PointedToken | null): void {
    const detail = pointed ?? { token: null, partner: null, unit: null, lasting: false };
    this.dispatchEvent(new CustomEvent<PointedToken>('rv-token', { detail }));
  }

  private readonly copied = (event: ClipboardEvent): void => {
    if (this.typeset && this.frame)
      copyInto(
        event,
        this.root,
        this.typeset,
        this.pair?.printed ?? this.frame.text,
        this.rangeOf(this.store.selection.peek()?.tokens ?? null),
      );
  };

  private readonly jumped = ({ detail: top }: CustomEvent<number>): void => {
    this.scroller.scrollTop = top;
  };

  private inView(index: number): boolean {
    const y = this.typeset!.layout.lineOf(index) * this.lineHeight - this.scroller.scrollTop;
    return y >= 0 && y + this.lineHeight <= this.scroller.clientHeight;
  }
}
customElements.define('rv-text-pane', TextPane);
