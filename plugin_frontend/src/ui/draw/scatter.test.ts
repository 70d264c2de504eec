import { describe, expect, it } from 'vitest';
import { frameOf, spotOf, unitAt, unitBeside, type Scatter } from './scatter.ts';

const scatter = (x: number[], y: number[], more: Partial<Scatter> = {}): Scatter => ({
  x: Float32Array.from(x),
  y: Float32Array.from(y),
  across: { low: 0, high: 1, title: '' },
  up: { low: 0, high: 1, title: '' },
  guide: 'sum',
  label: '',
  nameOf: String,
  ...more,
});
const corners = scatter([0, 1, 0, 1, 0.5], [0, 0, 1, 1, 0.5]);
const frame = frameOf(corners, 300, 200);

describe('a scatter', () => {
  it('has more to the right and further up', () => {
    const [bottomLeft, , , topRight] = [0, 1, 2, 3].map((unit) => spotOf(corners, frame, unit)!);
    expect(topRight.x).toBeGreaterThan(bottomLeft.x);
    expect(topRight.y).toBeLessThan(bottomLeft.y);
  });

  it('finds the unit under the pointer, and none in the open', () => {
    for (let unit = 0; unit < 5; unit++) {
      const { x, y } = spotOf(corners, frame, unit)!;
      expect(unitAt(corners, frame, x + 4, y - 4)).toBe(unit);
    }
    const { x, y } = spotOf(corners, frame, 4)!;
    expect(unitAt(corners, frame, x + 40, y)).toBeNull();
  });

  it('goes through units in one place one by one', () => {
    const same = scatter([0.2, 0.2, 0.2, 0.8], [0.2, 0.2, 0.2, 0.2]);
    const spot = spotOf(same, frame, 0)!;
    expect([-1, 0, 1, 2].map((before) => unitAt(same, frame, spot.x, spot.y, before))).toEqual([0, 1, 2, 0]);
    expect([0, 1, 2].map((unit) => unitBeside(same, frame, unit, 'right'))).toEqual([1, 2, 3]);
    expect([3, 2, 1].map((unit) => unitBeside(same, frame, unit, 'left'))).toEqual([2, 1, 0]);
  });

  it('walks by place', () => {
    expect(unitBeside(corners, frame, 0, 'right')).toBe(1);
    expect(unitBeside(corners, frame, 0, 'up')).toBe(2);
    expect(unitBeside(corners, frame, 3, 'down')).toBe(1);
    expect(unitBeside(corners, frame, 0, 'left')).toBeNull();
  });

  it('reaches every unit by walking', () => {
    const random = (i: number) => ((i * 7919 + 13) % 101) / 100;
    const many = scatter(
      Array.from({ length: 60 }, (_, i) => random(i)),
      Array.from({ length: 60 }, (_, i) => random(i + 500)),
    );
    const reached = new Set([0]);
    for (const unit of reached)
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = unitBeside(many, frame, unit, direction);
        if (next !== null) reached.add(next);
      }
    expect(reached.size).toBe(60);
  });

  it('has no dot where a value is no number; infinity stands at the end of a logarithmic axis', () => {
    const log = { low: 1, high: 1000, log: true, title: '' };
    const some = scatter([NaN, Infinity, 1000, 0], [10, 10, 10, 10], { across: log, up: log });
    const logFrame = frameOf(some, 300, 200);
    expect(spotOf(some, logFrame, 0)).toBeNull();
    expect(spotOf(some, logFrame, 1)).toEqual(spotOf(some, logFrame, 2));
    expect(spotOf(some, logFrame, 3)).toBeNull();
    expect(unitAt(some, logFrame, spotOf(some, logFrame, 1)!.x, spotOf(some, logFrame, 1)!.y)).toBe(1);
  });
});
