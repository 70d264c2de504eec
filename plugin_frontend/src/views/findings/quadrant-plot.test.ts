import { nothing, render } from 'lit';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Finding } from '../../data/types.ts';
import { causal, finding } from '../../state/fixtures.ts';
import { renderedText } from '../../test-setup.ts';
import '../../ui/charts/scatter-chart.ts';
import type { ScatterChart } from '../../ui/charts/scatter-chart.ts';
import { quadrantPlot } from './quadrant-plot.ts';
import { rowsOf } from './finding-rows.ts';
import type { FindingsContext } from './findings-context.ts';
import { asTokens } from '../../state/wording.ts';

const used = finding({ unit: 1, effect: -3, ablation: causal() });
const idle = finding({ unit: 2, effect: 2, ablation: causal({ effect: 0.01, low: -0.1, high: 0.12 }) });
const unheld = finding({ unit: 4, effect: 2.5 });

async function show(...findings: Finding[]) {
  const choose = vi.fn();
  const rows = rowsOf([{ findings, digests: [], besides: [] }], [], '');
  const showing = {
    recordings: [{ letter: 'A', label: 'A', color: 'red', when: 'epoch 1', levels: new Map() }],
    strongest: 3,
    typed: '',
    wording: asTokens,
    selectedKey: rows.at(-1)?.key ?? '',
    isHovered: () => false,
    choose,
    pin: vi.fn(),
    hover: vi.fn(),
    open: vi.fn(),
  } satisfies FindingsContext;
  render(quadrantPlot(rows, showing), document.body);
  const element = document.body.querySelector<ScatterChart>('rv-scatter-chart')!;
  Object.assign((element as unknown as { room: object }).room, { width: 600, height: 400 });
  element.requestUpdate();
  await element.updateComplete;
  const root = element.renderRoot as ShadowRoot;
  return { root, choose, marks: [...root.querySelectorAll<SVGGElement>('.mark')] };
}

beforeEach(() => render(nothing, document.body));

it('says in words what every mark is, and counts what was not measured', async () => {
  const { root, marks } = await show(used, idle, unheld);
  expect(marks.map((mark) => mark.getAttribute('aria-label'))).toEqual([
    'space, lstm forget gate 4: effect +2.50, ablation effect not measured',
    'space, lstm forget gate 2: effect +2.00, not used +0.010 nats [−0.100, 0.120]: associated, not used',
    'space, lstm forget gate 1: effect −3.00, used +0.310 nats [0.200, 0.440]: associated and used',
  ]);
  expect(renderedText(root.querySelector('svg.ground'))).toContain('| 1 not measured');
  expect([...root.querySelectorAll('.corner')].map(renderedText)).toEqual([
    'associated and used · 1',
    'associated, not used · 1',
  ]);
});

it('a click chooses, and so does Enter; arrows go from mark to mark by effect', async () => {
  const { root, marks, choose } = await show(used, idle, unheld);
  const [four, two, one] = marks;
  two.dispatchEvent(new MouseEvent('click'));
  expect(choose.mock.calls[0][0].pin.unit).toBe(2);
  const key = (target: Element, name: string) => {
    const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  two.focus();
  expect(key(two, 'ArrowRight')).toBe(true);
  expect(root.activeElement).toBe(four);
  key(four, 'End');
  expect(root.activeElement).toBe(one);
  key(one, 'Enter');
  expect(choose.mock.calls[1][0].pin.unit).toBe(1);
  expect(key(one, 'x')).toBe(false);
  expect(marks.filter((mark) => mark.getAttribute('tabindex') === '0')).toEqual([four]);
});

it('names from a log are text', async () => {
  const { root } = await show({ ...used, feature: '<img src=x>' });
  expect(root.querySelector('img')).toBeNull();
  expect(root.querySelector('.mark title')!.textContent).toContain('<img src=x>');
});
