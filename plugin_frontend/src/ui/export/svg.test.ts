import { expect, it } from 'vitest';
import { svgOf } from './svg.ts';

it('has the charts of a view, through its shadow trees, in one drawing without scripts or classes', () => {
  const view = document.createElement('div');
  const root = view.attachShadow({ mode: 'open' });
  root.innerHTML = '<style>.mark { fill: rgb(1, 2, 3); }</style><p></p><svg class="icon"></svg>';
  const inner = document.createElement('div');
  inner.attachShadow({ mode: 'open' }).innerHTML =
    '<svg class="chart"><rect class="mark" onclick="x()" width="3" height="4"></rect><text>&lt;b&gt;</text></svg>';
  root.append(inner);
  document.body.append(view);
  const chart = inner.shadowRoot!.querySelector('svg')!;
  chart.getBoundingClientRect = () => new DOMRect(10, 20, 30, 40);
  const drawing = svgOf(view, '#fff')!;
  expect(drawing).toContain('viewBox="0 0 30 40"');
  expect(drawing).toContain('&lt;b&gt;');
  expect(drawing).not.toMatch(/class=|onclick|icon/);
});

it('is nothing where there are no charts', () => {
  const view = document.createElement('div');
  view.attachShadow({ mode: 'open' }).innerHTML = '<canvas></canvas>';
  expect(svgOf(view, '#fff')).toBeNull();
});

it('has a canvas that is a layer of a chart as an image between its drawings', () => {
  const view = document.createElement('div');
  view.attachShadow({ mode: 'open' }).innerHTML =
    '<svg class="chart"><path></path></svg><canvas class="layer"></canvas><svg class="chart"><circle></circle></svg>';
  const layers = [...view.shadowRoot!.children];
  for (const layer of layers) layer.getBoundingClientRect = () => new DOMRect(0, 0, 30, 40);
  (layers[1] as HTMLCanvasElement).toDataURL = () => 'data:dots';
  document.body.append(view);
  const drawing = svgOf(view, '#fff')!;
  expect(drawing).toMatch(/<path.*<image href="data:dots" width="30" height="40".*<circle/s);
});
