import { describe, expect, it } from 'vitest';
import type { UnitSeries } from '../../data/types.ts';
import { decades, disagreeing, evenly, gatesOf, spreadOver } from './gates-model.ts';

const floats = (...values: number[]) => Float32Array.from(values);

describe('gates', () => {
  it('stand by their roles, so that cells can be compared', () => {
    const quantities = (...roles: (string | null)[]) => roles.map((role) => ({ quantity: `a ${role}`, role }));
    const gates = gatesOf([
      { layer: 'lstm', cell: 'LSTM', units: 4, quantities: quantities(null, 'write', 'own', 'retain', 'expose') },
      { layer: 'rnn', cell: 'SimpleRNN', units: 4, quantities: quantities(null) },
      { layer: 'gru', cell: 'GRU', units: 4, quantities: quantities('read', 'retain') },
    ]);
    expect(gates.map(({ layer, role }) => `${layer} ${role}`)).toEqual([
      'lstm retain',
      'lstm write',
      'lstm expose',
      'lstm own',
      'gru retain',
      'gru read',
    ]);
  });
});

describe('spreadOver', () => {
  it('is the median and what eight of ten units lie between, where there is anything', () => {
    const rows = new Map([
      [0, floats(...Array.from({ length: 11 }, (_, i) => i / 10))],
      [1, floats()],
      [2, floats(NaN, 0.5)],
    ]);
    const series: UnitSeries = { steps: [0, 1, 2], rows: ['left'], units: 11, get: (step) => rows.get(step)! };
    const { steps, low, middle, high } = spreadOver(series, 'left');
    expect(steps).toEqual([0, 2]);
    [low, middle, high].forEach((values, i) =>
      values.forEach((value, k) => expect(value).toBeCloseTo(k ? 0.5 : [0.1, 0.5, 0.9][i], 5)),
    );
  });
});

describe('memory', () => {
  it('disagrees by more than three times; less than one token counts as one, nothing known as nothing', () => {
    expect([
      ...disagreeing(floats(1, 1, 0.1, Infinity, Infinity, NaN, 9), floats(3, 3.1, 2.9, 5, Infinity, 5, 2)),
    ]).toEqual([0, 1, 0, 1, 0, 0, 1]);
  });

  it('is drawn from one power of ten to another, further where it is infinite', () => {
    expect(decades(floats(2, NaN), floats(40))).toEqual({ low: 1, high: 100 });
    expect(decades(floats(1, Infinity))).toEqual({ low: 1, high: 30 });
    expect(decades(floats(NaN))).toEqual({ low: 1, high: 10 });
  });

  it('of a difference is drawn as far to both sides', () => {
    expect(evenly(floats(-3, 1, NaN, Infinity))).toEqual({ low: -3, high: 3 });
    expect(evenly(floats())).toEqual({ low: -1, high: 1 });
  });
});
