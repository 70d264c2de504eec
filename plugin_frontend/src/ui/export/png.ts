import { standalone } from './svg.ts';

/** Pixels of the picture for one of the page. */
const SCALE = 2;

interface Stage {
  readonly context: CanvasRenderingContext2D;
  readonly origin: DOMRect;
}

/**
 * PNG of a view as it stands on the page.
 * Backgrounds, borders, texts, canvases and SVG are painted again.
 */
export async function pngOf(view: HTMLElement, page: string): Promise<Blob> {
  const origin = view.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(SCALE * origin.width));
  canvas.height = Math.max(1, Math.round(SCALE * origin.height));
  const context = canvas.getContext('2d')!;
  context.scale(SCALE, SCALE);
  context.fillStyle = page;
  context.fillRect(0, 0, origin.width, origin.height);
  await paint(view, { context, origin });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no picture.'))), 'image/png'),
  );
}

const isClear = (color: string) => color === 'transparent' || /,\s*0\)$/.test(color);

async function paint(element: Element, stage: Stage): Promise<void> {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return;
  const { context } = stage;
  context.save();
  context.globalAlpha *= Number(style.opacity);
  paintBox(style, box, stage);
  if (style.overflow !== 'visible' && style.display !== 'contents') clip(box, stage);
  if (element instanceof HTMLCanvasElement) drawInto(element, box, stage);
  else if (element instanceof SVGSVGElement) drawInto(await rasterized(element), box, stage);
  else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
    paintField(element, style, box, stage);
  else {
    const children = element.shadowRoot
      ? element.shadowRoot.childNodes
      : element instanceof HTMLSlotElement
        ? element.assignedNodes()
        : element.childNodes;
    for (const child of children) {
      if (child instanceof Element) await paint(child, stage);
      else if (child.nodeType === Node.TEXT_NODE) paintWords(child as Text, style, stage);
    }
  }
  context.restore();
}

function clip(box: DOMRect, { context, origin }: Stage): void {
  context.beginPath();
  context.rect(box.x - origin.x, box.y - origin.y, box.width, box.height);
  context.clip();
}

function paintBox(style: CSSStyleDeclaration, box: DOMRect, { context, origin }: Stage): void {
  const [x, y] = [box.x - origin.x, box.y - origin.y];
  if (!isClear(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor;
    context.fillRect(x, y, box.width, box.height);
  }
  const edges = [
    ['Top', x, y, box.width, 0],
    ['Bottom', x, y + box.height, box.width, -1],
    ['Left', x, y, 0, box.height],
    ['Right', x + box.width, y, -1, box.height],
  ] as const;
  for (const [name, left, top, width, height] of edges) {
    const thick = parseFloat(style[`border${name}Width`]);
    const color = style[`border${name}Color`];
    if (!thick || style[`border${name}Style`] === 'none' || isClear(color)) continue;
    context.fillStyle = color;
    if (name === 'Top' || name === 'Bottom') context.fillRect(left, height ? top - thick : top, width, thick);
    else context.fillRect(width ? left - thick : left, top, thick, height);
  }
}

const fontOf = ({ fontStyle, fontWeight, fontSize, fontFamily }: CSSStyleDeclaration) =>
  `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;

/** Line by line, as the page has broken it. */
function paintWords(words: Text, style: CSSStyleDeclaration, { context, origin }: Stage): void {
  if (!words.data.trim() || isClear(style.color)) return;
  context.font = fontOf(style);
  context.fillStyle = style.color;
  context.textBaseline = 'middle';
  const range = document.createRange();
  let [from, line] = [0, null as DOMRect | null];
  const flush = (to: number) => {
    if (line) context.fillText(words.data.slice(from, to), line.x - origin.x, line.y + line.height / 2 - origin.y);
  };
  for (const { index, 0: piece } of words.data.matchAll(/\S+\s*/g)) {
    range.setStart(words, index);
    range.setEnd(words, index + piece.length);
    const [box] = range.getClientRects();
    if (!box) continue;
    if (line && Math.abs(box.y - line.y) < 2) continue;
    flush(index);
    [from, line] = [index, box];
  }
  flush(words.data.length);
}

function paintField(
  field: HTMLInputElement | HTMLSelectElement,
  style: CSSStyleDeclaration,
  box: DOMRect,
  { context, origin }: Stage,
): void {
  const text =
    field instanceof HTMLSelectElement
      ? (field.selectedOptions[0]?.label ?? '')
      : field.type === 'checkbox' || field.type === 'range'
        ? ''
        : field.value || field.placeholder;
  context.font = fontOf(style);
  context.fillStyle = style.color;
  context.textBaseline = 'middle';
  context.fillText(text, box.x - origin.x + 6, box.y + box.height / 2 - origin.y, Math.max(1, box.width - 12));
}

function drawInto(picture: CanvasImageSource | null, box: DOMRect, { context, origin }: Stage): void {
  if (picture && box.width && box.height)
    context.drawImage(picture, box.x - origin.x, box.y - origin.y, box.width, box.height);
}

/** Null where there is nothing to draw. */
async function rasterized(drawing: SVGSVGElement): Promise<HTMLImageElement | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(
    new XMLSerializer().serializeToString(standalone(drawing)),
  )}`;
  return image.decode().then(
    () => image,
    () => null,
  );
}
