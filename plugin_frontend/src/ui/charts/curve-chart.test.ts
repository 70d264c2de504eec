import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './curve-chart.ts';
import type { CurveChart } from './curve-chart.ts';
import type { Curve } from './curve.ts';

/** Says at once that there is room. */
class Room {
  constructor(private readonly tell: (entries: { contentRect: { width: number; height: number } }[]) => void) {}
  observe() {
    this.tell([{ contentRect: { width: 300, height: 150 } }]);
  }
  disconnect() {}
}

const curve = (values: number[]): Curve => ({
  tag: 'loss',
  letter: 'A',
  series: 0,
  run: 'one',
  role: '',
  steps: Float64Array.from(values, (_, i) => i),
  values: Float64Array.from(values),
  wallTimes: Float64Array.from(values),
  began: 0,
});
const usual = globalThis.ResizeObserver;
let said: [string, number | null][];
let chart: CurveChart;

beforeEach(async () => {
  globalThis.ResizeObserver = Room as unknown as typeof ResizeObserver;
  chart = document.createElement('rv-curve-chart') as CurveChart;
  said = [];
  for (const name of ['rv-step', 'rv-pick'])
    chart.addEventListener(name, (event) => said.push([name, (event as CustomEvent<number | null>).detail]));
  Object.assign(chart, { label: '<b>', curves: [curve([3, 2, NaN, 1])], picks: true, now: [{ run: 'one', step: 1 }] });
  document.body.append(chart);
  await chart.updateComplete;
});
afterEach(() => {
  document.body.replaceChildren();
  globalThis.ResizeObserver = usual;
});
const svg = () => chart.renderRoot.querySelector('svg')!;
const press = (key: string) => svg().dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));

describe('rv-curve-chart', () => {
  it('draws a line with a gap where there is no number, and the step chosen', () => {
    expect(svg().querySelector('.line')!.getAttribute('d')!.match(/M/g)).toHaveLength(2);
    expect(svg().querySelector('.now')!.getAttribute('data-step')).toBe('1');
    expect(svg().getAttribute('aria-label')).toBe('<b>');
  });

  it('is walked through with the keyboard, wherever the pointer is', () => {
    press('Home');
    chart.hover = 3;
    press('ArrowRight');
    press('Enter');
    expect(said).toEqual([
      ['rv-step', 0],
      ['rv-step', 1],
      ['rv-pick', 1],
    ]);
  });

  it('chooses nothing where its steps are no epochs', async () => {
    chart.picks = false;
    press('End');
    press('Enter');
    expect(said).toEqual([['rv-step', 3]]);
  });

  it('says that there is nothing to draw', async () => {
    chart.curves = [curve([NaN])];
    await chart.updateComplete;
    expect(chart.renderRoot.textContent).toContain('No value is a number.');
  });
});
