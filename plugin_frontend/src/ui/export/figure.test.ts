import { expect, it } from 'vitest';
import { figureKind, figureOf, squeeze, type PaintedElement } from './figure.ts';
import { textChunk } from './png.ts';

const style = { page: '#fff', muted: '#616161', font: 'sans-serif' };

/** View with this content, all of it 30 by 40 pixels large. */
function viewOf(content: string): HTMLElement {
  const view = document.createElement('div');
  view.attachShadow({ mode: 'open' }).innerHTML = content;
  document.body.append(view);
  for (const element of view.shadowRoot!.querySelectorAll('*'))
    element.getBoundingClientRect = () => new DOMRect(10, 20, 30, 40);
  return view;
}
const drawn = (view: HTMLElement, caption = 'run r · epoch 3'): string => {
  const figure = figureOf(view, { ratio: 3, caption, style });
  return figure ? new XMLSerializer().serializeToString(figure) : '';
};

it('has the charts of the marked elements, without scripts, classes and controls', () => {
  const view = viewOf(
    `<svg class="chart" id="outside"></svg>
    <div data-figure>
      <svg class="chart"><rect onclick="x()" class="mark" width="3" height="4"></rect><text>&lt;b&gt;</text></svg>
      <button><svg class="chart" id="control"></svg></button>
      <button data-figure><svg class="chart" id="tile"></svg></button>
      <span data-figure="none"><svg class="chart" id="left-out"></svg></span>
    </div>`,
  );
  const drawing = drawn(view);
  expect(drawing).toContain('&lt;b&gt;');
  expect(drawing).toContain('id="tile"');
  expect(drawing).not.toMatch(/class=|onclick|outside|control|left-out/);
});

it('names where it is from in a caption and in its description', () => {
  const drawing = drawn(viewOf('<svg class="chart" data-figure></svg>'), 'run a · probe p · epoch 7');
  expect(drawing).toContain('<desc>run a · probe p · epoch 7</desc>');
  expect(drawing).toMatch(/<text[^>]*>run a · probe p · epoch 7<\/text>/);
});

it('is of vectors with a chart, of pixels with canvases alone, and nothing without a drawing', () => {
  expect(figureKind(viewOf('<div data-figure><svg class="chart"></svg><canvas></canvas></div>'))).toBe('vector');
  expect(figureKind(viewOf('<div data-figure><canvas></canvas></div>'))).toBe('pixels');
  expect(figureKind(viewOf('<table data-figure></table>'))).toBeNull();
  expect(figureKind(viewOf('<svg class="chart"></svg>'))).toBeNull();
});

it('has canvases between the drawings, repainted at the resolution of the picture', () => {
  class Painted extends HTMLElement implements PaintedElement {
    readonly ratios: (number | undefined)[] = [];
    constructor() {
      super();
      this.attachShadow({ mode: 'open' }).innerHTML =
        '<svg class="chart"><path></path></svg><canvas width="1" height="1"></canvas>' +
        '<svg class="chart"><circle></circle></svg>';
      for (const layer of this.shadowRoot!.children) layer.getBoundingClientRect = () => new DOMRect(0, 0, 30, 40);
      this.shadowRoot!.querySelector('canvas')!.toDataURL = () => `data:dots-${this.ratios.at(-1)}`;
    }
    repaint(ratio?: number): void {
      this.ratios.push(ratio);
    }
  }
  customElements.define('rv-test-painted', Painted);
  const view = viewOf('<rv-test-painted data-figure></rv-test-painted>');
  expect(drawn(view)).toMatch(/<path.*<image href="data:dots-3" width="30" height="40".*<circle/s);
  expect((view.shadowRoot!.firstElementChild as Painted).ratios).toEqual([3, undefined]);
});

it('has no empty strips where controls were', () => {
  const shiftOf = squeeze(
    [
      { top: 10, bottom: 20 },
      { top: 50, bottom: 60 },
      { top: 52, bottom: 90 },
      { top: 95, bottom: 99 },
    ],
    14,
  );
  expect([10, 50, 52, 95].map(shiftOf)).toEqual([0, 16, 16, 16]);
});

it('writes a text chunk with length, type and checksum', () => {
  const bytes = textChunk('Description', 'é');
  expect([...bytes.subarray(0, 8)]).toEqual([0, 0, 0, 18, ...new TextEncoder().encode('iTXt')]);
  expect(new TextDecoder().decode(bytes.subarray(8, -4))).toBe('Description\0\0\0\0\0é');
});
