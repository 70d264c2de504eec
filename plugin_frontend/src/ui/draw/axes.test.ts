import { describe, expect, it } from 'vitest';
import { niceStep, tickLabel, ticks } from './axes.ts';

describe('ticks', () => {
  it('stand at round numbers inside the range', () => {
    expect(ticks(0, 0.5, 5).map((t) => tickLabel(t, 0.1))).toEqual(['0.0', '0.1', '0.2', '0.3', '0.4', '0.5']);
    expect(ticks(-0.95, 0.95, 4)).toEqual([-0.5, 0, 0.5]);
  });

  it('are the one value of an empty range, and none of what is no range', () => {
    expect(ticks(3, 3, 5)).toEqual([3]);
    expect(ticks(NaN, 1, 5)).toEqual([]);
  });

  it('are 1, 2 or 5 times a power of ten apart', () => {
    expect([0.013, 0.2, 3, 7, 1000].map(niceStep)).toEqual([0.02, 0.2, 5, 10, 1000]);
  });
});

describe('tickLabel', () => {
  it('has the decimals of the step, a real minus, and no minus zero', () => {
    expect([tickLabel(-0.25, 0.05), tickLabel(1500, 500), tickLabel(-1e-12, 0.1), tickLabel(0.3, 0.1)]).toEqual([
      '−0.25',
      '1500',
      '0.0',
      '0.3',
    ]);
  });
});
