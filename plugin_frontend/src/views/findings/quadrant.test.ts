import { expect, it, vi } from 'vitest';
import type { Finding } from '../../data/types.ts';
import { causal, finding } from '../../state/fixtures.ts';
import { frameOf, isInRug, spotOf } from '../../ui/draw/scatter.ts';
import { quadrantPoints, quadrantScatter } from './quadrant.ts';
import type { FindingsContext } from './findings-context.ts';
import { rowsOf } from './finding-rows.ts';
import { asTokens } from '../../state/wording.ts';

const SHOWING = {
  recordings: [{ letter: 'A', label: 'A', color: 'red', when: 'epoch 1', levels: new Map() }],
  strongest: 3,
  typed: '',
  wording: asTokens,
  selectedKey: '',
  isHovered: () => false,
  choose: vi.fn(),
  pin: vi.fn(),
  hover: vi.fn(),
  open: vi.fn(),
} satisfies FindingsContext;

/** Plot of findings with the positions of its points in pixels. */
function plotOf(findings: Finding[], width = 600, height = 400) {
  const points = quadrantPoints(rowsOf([{ findings, digests: [], besides: [] }], [], ''));
  const scatter = quadrantScatter(points, SHOWING);
  const frame = frameOf(scatter, width, height);
  const all = points.map(({ finding, quadrant }, i) => {
    const { low, high } = scatter.mark!(i).interval ?? { low: NaN, high: NaN };
    const end = (value: number, missing: number) => frame.y.at(Number.isFinite(value) ? value : missing);
    return {
      ...{ finding, quadrant, inRug: isInRug(scatter, i) },
      ...spotOf(scatter, frame, i)!,
      ...{ low: end(low, frame.y.low), high: end(high, frame.y.high) },
    };
  });
  return {
    scatter,
    marks: all.filter(({ inRug }) => !inRug),
    unmeasured: all.filter(({ inRug }) => inRug),
    box: frame,
    zero: frame.y.at(scatter.at!.y!),
    chance: scatter.at!.x === null ? null : frame.x.at(scatter.at!.x!),
    corners: scatter.corners!.map(({ text }) => text.split(' · ')),
  };
}
const used = finding({ unit: 1, effect: -3, ablation: causal({ effect: 0.4, low: 0.3, high: 0.5 }) });
const idle = finding({ unit: 2, effect: 2, ablation: causal({ effect: 0.01, low: -0.1, high: 0.12 }) });
const elsewhere = finding({ unit: 3, effect: 1, ablation: causal({ effect: -0.3, low: -0.4, high: -0.2 }) });
const unheld = finding({ unit: 4, effect: 2.5 });

it('size of the effect goes to the right, what a unit is used for goes up', () => {
  const { marks, zero, box } = plotOf([used, idle, elsewhere]);
  expect(marks.map(({ finding, quadrant }) => [finding.unit, quadrant])).toEqual([
    [3, 'associated, not used'],
    [2, 'associated, not used'],
    [1, 'associated and used'],
  ]);
  const [low, middle, high] = marks;
  expect(low.y).toBeGreaterThan(zero);
  expect(high.y).toBeLessThan(middle.y);
  expect(high.x - box.left).toBeCloseTo(3 * (low.x - box.left));
});

it('whiskers reach from end to end of the interval, in the picture', () => {
  for (const { low, high, y } of plotOf([used, idle, elsewhere]).marks) {
    expect(high).toBeLessThan(y);
    expect(y).toBeLessThan(low);
  }
  const { marks, box } = plotOf([finding({ ablation: causal({ low: NaN, high: Infinity }) })]);
  expect([marks[0].low, marks[0].high]).toEqual([box.bottom, box.top]);
});

it('corners count by what the intervals say, and none is counted without one', () => {
  const { corners, unmeasured } = plotOf([
    used,
    idle,
    elsewhere,
    unheld,
    finding({ unit: 5, q: 0.3, ablation: causal() }),
  ]);
  expect(corners).toEqual([
    ['associated and used', '1'],
    ['associated, not used', '2'],
    ['used, not associated', '1'],
  ]);
  expect(unmeasured.map(({ finding }) => finding.unit)).toEqual([4]);
});

it('chance ends at the smallest effect that stands', () => {
  const { chance, marks } = plotOf([used, idle, elsewhere]);
  expect(chance).toBe(marks[0].x);
  expect(plotOf([finding({ q: 0.5 })]).chance).toBeNull();
});

it('stands with nothing, with one, and with what is no number', () => {
  expect(plotOf([]).marks).toEqual([]);
  expect(plotOf([unheld]).marks).toEqual([]);
  expect(plotOf([finding({ effect: NaN, ablation: causal() })]).marks).toEqual([]);
  const { marks } = plotOf([finding({ effect: 0, ablation: causal({ effect: 0, low: 0, high: 0 }) })]);
  expect([marks[0].x, marks[0].y].every(Number.isFinite)).toBe(true);
  const tiny = plotOf([used], 10, 10);
  expect(Number.isFinite(tiny.marks[0].x)).toBe(true);
});
