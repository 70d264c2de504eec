import { afterEach, expect, it } from 'vitest';
import { renderedText } from '../../test-setup.ts';
import type { Scatter } from '../draw/scatter.ts';
import './scatter-chart.ts';
import type { ScatterChart } from './scatter-chart.ts';

const scatter: Scatter = {
  label: 'shut against open',
  x: [0, 0.5, 1, NaN],
  y: [0, 0.5, 1, 1],
  across: { low: 0, high: 1, title: 'shut' },
  up: { low: 0, high: 1, title: 'open' },
  guide: 'sum',
  nameOf: (unit) => `unit ${unit}`,
};

async function show(more: Partial<Scatter> = {}) {
  const chart = document.createElement('rv-scatter-chart') as ScatterChart;
  const events: [string, unknown][] = [];
  for (const name of ['rv-over', 'rv-pick'])
    chart.addEventListener(name, (event) => events.push([name, (event as CustomEvent).detail]));
  Object.assign((chart as unknown as { room: object }).room, { width: 300, height: 200 });
  Object.assign(chart, { scatter: { ...scatter, ...more }, selected: [1] });
  document.body.append(chart);
  await chart.updateComplete;
  const points = chart.renderRoot.querySelector<SVGSVGElement>('svg.points')!;
  const press = (key: string, options: KeyboardEventInit = {}) =>
    points.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }));
  return { chart, events, points, press };
}

afterEach(() => document.body.replaceChildren());

it('draws axes and guide under a canvas of dots, and a ring around what is selected', async () => {
  const { chart, points } = await show();
  const layers = [...chart.renderRoot.children].map((layer) => layer.getAttribute('class'));
  expect(layers).toEqual(['chart ground', 'layer', 'chart points']);
  expect(chart.renderRoot.querySelectorAll('.ground .guide')).toHaveLength(1);
  expect(points.querySelectorAll('.ring')).toHaveLength(2);
  expect(points.getAttribute('aria-label')).toBe('shut against open');
});

it('is walked through with the arrows from the selected point, to both ends, and picks with Enter', async () => {
  const { chart, events, press } = await show();
  press('ArrowRight');
  chart.hover = 2;
  press('Home');
  press('End');
  press('Enter', { shiftKey: true });
  press('a');
  expect(events).toEqual([
    ['rv-over', 2],
    ['rv-over', 0],
    ['rv-over', 2],
    ['rv-pick', { index: 2, more: true }],
  ]);
});

it('has a tooltip with name and values while it has the pointer or the keyboard', async () => {
  const { chart, press } = await show();
  chart.hover = 1;
  await chart.updateComplete;
  expect(chart.renderRoot.querySelector('.tooltip')).toBeNull();
  press('ArrowRight');
  chart.hover = 2;
  await chart.updateComplete;
  expect(renderedText(chart.renderRoot.querySelector('.tooltip'))).toBe('unit 2 shut 1.00 open 1.00');
});

it('finds the point under the pointer', async () => {
  const { events, points } = await show();
  points.dispatchEvent(new MouseEvent('click', { clientX: 291, clientY: 21 }));
  points.dispatchEvent(new MouseEvent('click', { clientX: 100, clientY: 21 }));
  expect(events).toEqual([['rv-pick', { index: 2, more: false }]]);
});

it('exports its points with their names', async () => {
  const { chart } = await show();
  expect(chart.exportTable()).toEqual({
    kind: 'table',
    name: 'shut against open',
    columns: [
      { name: 'name', values: ['unit 0', 'unit 1', 'unit 2', 'unit 3'] },
      { name: 'shut', values: [0, 0.5, 1, NaN] },
      { name: 'open', values: [0, 0.5, 1, 1] },
    ],
  });
});
