import { deep, imageOf, standalone, svgElement } from './drawing.ts';
import { ellipsized, linesOf } from './text-lines.ts';

/**
 * Figures of views, for export.
 * A view marks the elements that its figure consists of with `data-figure`; a view without such an element, or with
 * one that holds no drawing, has no figure. Of a marked element the figure has drawings, canvases, texts and their
 * grounds, and no controls, unless they are marked themselves. `data-figure="whole"` also has what is scrolled out of
 * sight, `data-figure="none"` is left out.
 */
const MARKED = '[data-figure]:not([data-figure="none"])';
const DRAWINGS = 'svg.chart, canvas';
const CONTROLS = 'button, select, input, textarea, label, details, [role="status"], [role="alert"], .tooltip';

/** Margin and largest empty strip inside a figure, in CSS pixels. */
const MARGIN = 16;
const GAP = 14;
const LINE = 15;
/** Room for the caption of a narrow figure. */
const NARROWEST = 320;

/**
 * Element that paints canvases.
 * `ratio` is the number of device pixels per CSS pixel, by default the screen's.
 */
export interface PaintedElement extends HTMLElement {
  repaint(ratio?: number): void;
}

/** Kind of the figure of a view: with vector charts, or of pixels alone. */
export type FigureKind = 'vector' | 'pixels';

export interface FigureStyle {
  readonly page: string;
  readonly muted: string;
  readonly font: string;
}

export interface FigureOptions {
  /** Device pixels per CSS pixel of the canvases in the figure. */
  readonly ratio: number;
  /** Text below the drawing that says where it is from. */
  readonly caption: string;
  readonly style: FigureStyle;
}

/** Piece of a figure with the rectangle of the page that it covers. */
interface Piece {
  readonly node: SVGElement;
  readonly box: DOMRect;
}

const rootOf = (view: HTMLElement): ParentNode => view.shadowRoot ?? view;
const hasArea = (element: Element) => element.getBoundingClientRect().width > 0;
const marked = (view: HTMLElement) => deep(rootOf(view), MARKED).filter(hasArea);

/** Kind of the figure of a view; null if it has none. */
export function figureKind(view: HTMLElement): FigureKind | null {
  const drawings = marked(view).flatMap((element) => [
    ...(element.matches(DRAWINGS) ? [element] : []),
    ...deep(element, DRAWINGS),
    ...(element.shadowRoot ? deep(element.shadowRoot, DRAWINGS) : []),
  ]);
  const visible = drawings.filter((drawing) => hasArea(drawing) && !isLegend(drawing));
  if (!visible.length) return null;
  return visible.some((drawing) => drawing instanceof SVGSVGElement) ? 'vector' : 'pixels';
}

/** True for the canvas of a colour legend, which makes no figure by itself. */
const isLegend = (drawing: Element) => hostOf(drawing)?.localName === 'rv-colors';
const hostOf = (element: Element) => {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
};

/** Figure of a view with its caption; null if the view has none. */
export function figureOf(view: HTMLElement, { ratio, caption, style }: FigureOptions): SVGSVGElement | null {
  if (!figureKind(view)) return null;
  const hosts = new Set(deep(rootOf(view), 'canvas').map(hostOf).filter(isPainted));
  hosts.forEach((host) => host.repaint(ratio));
  const pieces = piecesOf(view);
  hosts.forEach((host) => host.repaint());
  return pieces.length ? compose(pieces, caption, style) : null;
}

const isPainted = (host: Element | null): host is PaintedElement => host !== null && 'repaint' in host;

function piecesOf(view: HTMLElement): Piece[] {
  const collector = new Collector();
  const roots = marked(view);
  // Outermost marked elements; the others are reached from them.
  for (const element of roots)
    if (!roots.some((other) => other !== element && contains(other, element))) collector.add(element, null);
  return collector.pieces;
}

/** True if an element is inside another one, through shadow trees. */
function contains(outer: Element, element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement ?? hostOf(at)) if (at === outer) return true;
  return false;
}

const isClear = (color: string) => color === 'transparent' || /^rgba\(.*,\s*0\)$/.test(color);

/** Collects the pieces of a figure in the order in which they are painted. */
class Collector {
  readonly pieces: Piece[] = [];
  private readonly context = document.createElement('canvas').getContext('2d');
  private clips = 0;

  add(element: Element, outerClip: DOMRect | null): void {
    const style = getComputedStyle(element);
    if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return;
    const mark = element.getAttribute('data-figure');
    const isControl = element.matches(CONTROLS);
    if (mark === 'none' || (isControl && mark === null)) return;
    const box = element.getBoundingClientRect();
    if (element instanceof SVGSVGElement) return this.position(standalone(element), box, outerClip);
    if (element instanceof HTMLCanvasElement) {
      if (element.width && element.height) this.position(imageOf(element), box, outerClip);
      return;
    }
    if (!isControl) this.ground(style, box, outerClip);
    const isClipped = style.overflowX !== 'visible' && style.display !== 'contents' && mark !== 'whole';
    const clip = isClipped ? intersection(outerClip, box) : outerClip;
    for (const child of childrenOf(element)) {
      if (child instanceof Element) this.add(child, clip);
      else if (child.nodeType === Node.TEXT_NODE) this.text(child as Text, style, clip);
    }
    if (!isControl) this.outline(style, element, box, outerClip);
  }

  private position(node: SVGElement, box: DOMRect, clip: DOMRect | null): void {
    if (!box.width || !box.height) return;
    node.setAttribute('x', String(box.x));
    node.setAttribute('y', String(box.y));
    this.push(node, box, clip);
  }

  private push(node: SVGElement, box: DOMRect, clip: DOMRect | null): void {
    const visible = clip ? intersection(clip, box) : box;
    if (visible.width <= 0 || visible.height <= 0) return;
    if (visible.width > box.width - 1.5 && visible.height > box.height - 1.5) {
      this.pieces.push({ node, box: visible });
      return;
    }
    const id = `clip-${this.clips++}`;
    const { x, y, width, height } = visible;
    const path = svgElement('clipPath', { id });
    path.append(svgElement('rect', { x, y, width, height }));
    const group = svgElement('g', { 'clip-path': `url(#${id})` });
    group.append(node);
    const whole = svgElement('g');
    whole.append(path, group);
    this.pieces.push({ node: whole, box: visible });
  }

  private ground({ backgroundColor, display }: CSSStyleDeclaration, box: DOMRect, clip: DOMRect | null): void {
    if (display === 'contents' || isClear(backgroundColor)) return;
    this.position(svgElement('rect', { width: box.width, height: box.height, fill: backgroundColor }), box, clip);
  }

  private outline(style: CSSStyleDeclaration, element: Element, box: DOMRect, clip: DOMRect | null): void {
    const width = parseFloat(style.outlineWidth);
    if (style.outlineStyle === 'none' || !width || isClear(style.outlineColor) || element.matches(':focus')) return;
    const inset = width / 2;
    const frame = svgElement('rect', {
      x: box.x + inset,
      y: box.y + inset,
      width: Math.max(0, box.width - width),
      height: Math.max(0, box.height - width),
      fill: 'none',
      stroke: style.outlineColor,
      'stroke-width': width,
    });
    this.push(frame, box, clip);
  }

  private text(node: Text, style: CSSStyleDeclaration, clip: DOMRect | null): void {
    const { context } = this;
    if (!node.data.trim() || isClear(style.color) || !context) return;
    const { fontStyle, fontWeight, fontSize, fontFamily, fontVariantNumeric } = style;
    context.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText('x');
    const widthOf = (text: string) => context.measureText(text).width;
    const preserves = style.whiteSpace.startsWith('pre');
    for (const line of linesOf(node, preserves)) {
      const cut = style.textOverflow === 'ellipsis' && clip ? ellipsized(line, clip.right, widthOf) : line;
      if (!cut) continue;
      const { text, box } = cut;
      const share = ascent + descent ? ascent / (ascent + descent) : 0.8;
      const element = svgElement('text', {
        x: box.x,
        y: (box.y + share * box.height).toFixed(2),
        fill: style.color,
        'font-family': fontFamily,
        'font-size': fontSize,
        'font-style': fontStyle,
        'font-weight': fontWeight,
        textLength: box.width.toFixed(2),
        lengthAdjust: 'spacingAndGlyphs',
      });
      element.style.setProperty('font-variant-numeric', fontVariantNumeric);
      element.style.setProperty('white-space', 'pre');
      element.textContent = text;
      this.push(element, box, clip);
    }
  }
}

function childrenOf(element: Element): Iterable<Node> {
  if (element.shadowRoot) return element.shadowRoot.childNodes;
  return element instanceof HTMLSlotElement ? element.assignedNodes() : element.childNodes;
}

function intersection(a: DOMRect | null, b: DOMRect): DOMRect {
  if (!a) return b;
  const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
  return new DOMRect(left, top, Math.min(a.right, b.right) - left, Math.min(a.bottom, b.bottom) - top);
}

/**
 * Distance by which a y coordinate moves up once empty strips are taken out.
 * Controls that are not in the figure leave such strips.
 */
export function squeeze(boxes: readonly Pick<DOMRect, 'top' | 'bottom'>[], gap: number): (y: number) => number {
  const strips: { below: number; shift: number }[] = [];
  let [reached, shift] = [Infinity, 0];
  for (const { top, bottom } of [...boxes].sort((a, b) => a.top - b.top)) {
    if (top - reached > gap) {
      shift += top - reached - gap;
      strips.push({ below: top, shift });
    }
    reached = reached === Infinity ? bottom : Math.max(reached, bottom);
  }
  return (y) => strips.findLast(({ below }) => y >= below)?.shift ?? 0;
}

function compose(pieces: readonly Piece[], caption: string, { page, muted, font }: FigureStyle): SVGSVGElement {
  const shiftOf = squeeze(
    pieces.map(({ box }) => box),
    GAP,
  );
  const left = Math.min(...pieces.map(({ box }) => box.left));
  const top = Math.min(...pieces.map(({ box }) => box.top));
  const right = Math.max(...pieces.map(({ box }) => box.right));
  const bottom = Math.max(...pieces.map(({ box }) => box.bottom - shiftOf(box.top)));
  const room = Math.ceil(Math.max(right - left, NARROWEST));
  const lines = wrapped(caption, room, font);
  const width = room + 2 * MARGIN;
  const height = Math.ceil(bottom - top) + 2 * MARGIN + GAP + LINE * lines.length;
  const root = svgElement('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height });
  root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  root.setAttribute('text-rendering', 'geometricPrecision');
  const description = svgElement('desc');
  description.textContent = caption;
  root.append(description, svgElement('rect', { width: '100%', height: '100%', fill: page }));
  for (const { node, box } of pieces) {
    const group = svgElement('g', {
      transform: `translate(${MARGIN - left} ${MARGIN - top - shiftOf(box.top)})`,
    });
    group.append(node);
    root.append(group);
  }
  lines.forEach((line, i) => {
    const y = height - MARGIN - LINE * (lines.length - 1 - i) - 3;
    const text = svgElement('text', { x: MARGIN, y, fill: muted, 'font-family': font, 'font-size': '11px' });
    text.textContent = line;
    root.append(text);
  });
  return root;
}

/** Lines of a caption that fit in a width. */
function wrapped(caption: string, width: number, font: string): string[] {
  const context = document.createElement('canvas').getContext('2d');
  if (context) context.font = `11px ${font}`;
  const widthOf = (text: string) => context?.measureText(text).width ?? 6 * text.length;
  const lines: string[] = [];
  for (const part of caption.split(' ')) {
    const longer = lines.length ? `${lines.at(-1)} ${part}` : part;
    if (lines.length && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
