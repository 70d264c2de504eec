import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { panelIn } from '../../test-setup.ts';
import './line-chart.ts';
import type { LineChart, LineChartModel } from './line-chart.ts';

/** Reports a size at once. */
class Room {
  constructor(private readonly tell: (entries: { contentRect: { width: number; height: number } }[]) => void) {}
  observe() {
    this.tell([{ contentRect: { width: 300, height: 150 } }]);
  }
  disconnect() {}
}

const model = (values: number[], more: Partial<LineChartModel> = {}): LineChartModel => ({
  label: '<b>',
  x: { low: 0, high: values.length - 1, title: 'epochs' },
  y: { low: 0, high: 3, title: 'loss' },
  lines: [{ name: '<i>', color: 'red', at: values.map((_, i) => i), values }],
  nameOf: (step) => `epoch ${step}`,
  now: [{ stop: 1 }],
  ...more,
});
const original = globalThis.ResizeObserver;
let events: [string, number | null][];
let chart: LineChart;

beforeEach(async () => {
  globalThis.ResizeObserver = Room as unknown as typeof ResizeObserver;
  chart = document.createElement('rv-line-chart') as LineChart;
  events = [];
  for (const name of ['rv-over', 'rv-choose'])
    chart.addEventListener(name, (event) => events.push([name, (event as CustomEvent<number | null>).detail]));
  Object.assign(chart, { chart: model([3, 2, NaN, 1]), chooses: true });
  document.body.append(chart);
  await chart.updateComplete;
});
afterEach(() => {
  document.body.replaceChildren();
  globalThis.ResizeObserver = original;
});
const svg = () => chart.renderRoot.querySelector('svg')!;
const press = (key: string) => svg().dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));

describe('rv-line-chart', () => {
  it('draws a line with a gap where there is no number, and the step chosen', () => {
    expect(svg().querySelector('.line')!.getAttribute('d')!.match(/M/g)).toHaveLength(2);
    expect(svg().querySelector('.now')!.getAttribute('data-step')).toBe('1');
    expect(svg().getAttribute('aria-label')).toBe('<b>');
    expect(svg().getAttribute('aria-valuetext')).toBe('epoch 1: <i> 2.00');
  });

  it('is walked through with the keyboard, wherever the pointer is', () => {
    press('Home');
    chart.hover = 3;
    press('ArrowRight');
    press('Enter');
    expect(events).toEqual([
      ['rv-over', 0],
      ['rv-over', 1],
      ['rv-choose', 1],
    ]);
  });

  it('starts from the step chosen, and from the first one if none is', () => {
    press('ArrowRight');
    expect(events).toEqual([['rv-over', 2]]);
    svg().dispatchEvent(new Event('blur'));
    chart.chart = model([3, 2, 1], { now: [] });
    press('ArrowRight');
    expect(events.at(-1)).toEqual(['rv-over', 0]);
  });

  it('chooses nothing where its steps are no epochs', () => {
    chart.chooses = false;
    press('End');
    press('Enter');
    expect(events).toEqual([['rv-over', 3]]);
  });

  it('shows a tooltip with the values at the stop only while it has the pointer or the keyboard', async () => {
    chart.hover = 1;
    await chart.updateComplete;
    expect(chart.renderRoot.querySelector('.tooltip')).toBeNull();
    expect(svg().querySelectorAll('circle')).toHaveLength(1);
    press('ArrowLeft');
    chart.hover = 0;
    await chart.updateComplete;
    expect(chart.renderRoot.querySelector('.tooltip')!.textContent!.replace(/\s+/g, ' ').trim()).toBe(
      'epoch 0 <i> 3.00',
    );
  });

  it('says that there is nothing to draw', async () => {
    chart.chart = model([NaN]);
    await chart.updateComplete;
    expect(panelIn(chart.renderRoot as ShadowRoot)!.textContent).toContain('No value is a number.');
    chart.chart = model([-1], { y: { low: 1, high: 2, scale: 'log' } });
    await chart.updateComplete;
    expect(panelIn(chart.renderRoot as ShadowRoot)!.textContent).toContain('No value is above zero.');
  });

  it('exports its points', () => {
    expect(chart.exportTable()).toEqual({
      kind: 'table',
      name: '<b>',
      columns: [
        { name: 'line', values: ['<i>', '<i>', '<i>', '<i>'] },
        { name: 'epochs', values: [0, 1, 2, 3] },
        { name: 'loss', values: [3, 2, NaN, 1] },
      ],
    });
  });
});
