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
  for (const name of ['rv-over', 'rv-level', 'rv-choose'])
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

  it('draws markers of a size and a shape, with their titles, and no line where points are not joined', async () => {
    const [line] = model([1, NaN, 2]).lines;
    const marker = (i: number) => ({ filled: i > 0, shape: 'square', radius: 5, title: `peak ${i}` }) as const;
    chart.chart = model([1, NaN, 2], { lines: [{ ...line, unjoined: true, marker }] });
    await chart.updateComplete;
    expect(svg().querySelector('.line')).toBeNull();
    const markers = [...svg().querySelectorAll('.filled, .hollow')];
    expect(markers.map((one) => [one.getAttribute('class'), one.textContent])).toEqual([
      ['hollow', 'peak 0'],
      ['filled', 'peak 2'],
    ]);
    expect(markers[0].getAttribute('d')).toContain('h10v10h-10z');
  });

  it('draws columns of a picture behind the lines, and shades over them', async () => {
    chart.chart = model([1, 2, 3], {
      picture: { grid: [0, 1, 2], columns: [0, 2].map((stop) => ({ stop, url: `data:${stop}` })) },
      shades: [{ low: 0, high: 1 }],
    });
    await chart.updateComplete;
    const columns = [...svg().querySelectorAll('image')];
    expect(columns.map((column) => column.getAttribute('data-step'))).toEqual(['0', '2']);
    const [first, last] = columns.map((column) => Number(column.getAttribute('x')));
    expect(last).toBeGreaterThan(first + Number(columns[0].getAttribute('width')));
    expect(svg().querySelectorAll('.shade')).toHaveLength(1);
  });

  it('reports the height under the pointer, and draws it as a line', async () => {
    const over = (clientY: number) => svg().dispatchEvent(new MouseEvent('pointermove', { clientX: 60, clientY }));
    over(1);
    over(70);
    const levels = events.filter(([name]) => name === 'rv-level').map(([, level]) => level);
    expect(levels[0]).toBeNull();
    expect(levels[1]).toBeGreaterThan(0);
    expect(levels[1]).toBeLessThan(3);
    chart.level = levels[1];
    await chart.updateComplete;
    const [, y] = svg().querySelector('.hover')!.getAttribute('d')!.split(/[ H]/);
    expect(Number(y)).toBeCloseTo(70, 0);
  });

  it('goes to stops without a point if they are given, and labels them as it is told', async () => {
    const ticks = [0, 2].map((value) => ({ value, label: `no. ${value}`, note: `${value} times` }));
    chart.chart = model([1, NaN, 2], { stops: [0, 1, 2], x: { low: 0, high: 2, ticks }, now: [] });
    await chart.updateComplete;
    press('End');
    press('ArrowLeft');
    expect(events).toEqual([
      ['rv-over', 2],
      ['rv-over', 1],
    ]);
    const texts = [...svg().querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(texts).toEqual(expect.arrayContaining(['no. 0', '0 times', 'no. 2', '2 times']));
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
