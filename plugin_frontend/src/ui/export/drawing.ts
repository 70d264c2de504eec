/** CSS properties that decide the look of a shape; everything else is geometry. */
const COPIED = [
  'fill',
  'fill-opacity',
  'fill-rule',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'overflow',
  'font-family',
  'font-size',
  'font-style',
  'font-variant-numeric',
  'font-weight',
  'image-rendering',
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'display',
  'vector-effect',
  'paint-order',
  'transform',
];
export const SVG = 'http://www.w3.org/2000/svg';

/** Elements that match a selector, searched through nested shadow trees. */
export function deep(root: ParentNode, selector: string): Element[] {
  const elements: Element[] = [];
  const walk = (parent: ParentNode) => {
    for (const element of parent.children) {
      if (element.matches(selector)) elements.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
      walk(element);
    }
  };
  walk(root);
  return elements;
}

/** New SVG element with these attributes. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** Copy of a drawing with its computed styles inlined, so that it stands alone. */
export function standalone(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of COPIED) {
      const value = style.getPropertyValue(name);
      if (value && !(name === 'transform' && value === 'none')) (element as SVGElement).style.setProperty(name, value);
    }
    for (const name of ['class', 'tabindex', 'role']) element.removeAttribute(name);
    for (const { name } of [...element.attributes]) if (name.startsWith('on')) element.removeAttribute(name);
  });
  const box = drawing.getBoundingClientRect();
  copy.setAttribute('width', String(box.width));
  copy.setAttribute('height', String(box.height));
  return copy;
}

/** Image of a canvas at its own resolution, as large as the canvas is on the page. */
export function imageOf(canvas: HTMLCanvasElement): SVGImageElement {
  const { width, height } = canvas.getBoundingClientRect();
  return svgElement('image', { href: canvas.toDataURL(), width, height, preserveAspectRatio: 'none' });
}
