/** CSS properties that decide the look of a shape; everything else is geometry. */
const SHOWN = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'display',
  'vector-effect',
  'paint-order',
  'transform',
];
const SVG = 'http://www.w3.org/2000/svg';

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

/** Copy of a drawing with its computed styles inlined, so that it stands alone. */
export function standalone(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of SHOWN) {
      const value = style.getPropertyValue(name);
      if (value && !(name === 'transform' && value === 'none')) (element as SVGElement).style.setProperty(name, value);
    }
    for (const name of ['class', 'tabindex', 'role']) element.removeAttribute(name);
    for (const { name } of [...element.attributes]) if (name.startsWith('on')) element.removeAttribute(name);
  });
  const box = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('width', String(box.width));
  copy.setAttribute('height', String(box.height));
  return copy;
}

/**
 * Drawing of all charts of a view at their positions; null if there are none.
 * A canvas that is a layer of a chart is in it as an image.
 */
export function svgOf(view: HTMLElement, page: string): string | null {
  const charts = deep(view.shadowRoot ?? view, 'svg.chart, canvas.layer').filter(
    (chart) => chart.getBoundingClientRect().width,
  );
  if (!charts.some((chart) => chart instanceof SVGSVGElement)) return null;
  const boxes = charts.map((chart) => chart.getBoundingClientRect());
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
  const root = document.createElementNS(SVG, 'svg');
  root.setAttribute('xmlns', SVG);
  root.setAttribute('viewBox', `0 0 ${right - left} ${bottom - top}`);
  root.setAttribute('width', String(right - left));
  root.setAttribute('height', String(bottom - top));
  const ground = document.createElementNS(SVG, 'rect');
  for (const [name, value] of [
    ['width', '100%'],
    ['height', '100%'],
    ['fill', page],
  ])
    ground.setAttribute(name, value);
  root.append(ground);
  charts.forEach((chart, i) => {
    const copy = chart instanceof SVGSVGElement ? standalone(chart) : imageOf(chart as HTMLCanvasElement);
    copy.setAttribute('x', String(boxes[i].left - left));
    copy.setAttribute('y', String(boxes[i].top - top));
    root.append(copy);
  });
  return new XMLSerializer().serializeToString(root);
}

function imageOf(canvas: HTMLCanvasElement): SVGImageElement {
  const image = document.createElementNS(SVG, 'image');
  const { width, height } = canvas.getBoundingClientRect();
  image.setAttribute('href', canvas.toDataURL());
  image.setAttribute('width', String(width));
  image.setAttribute('height', String(height));
  return image;
}
