import { describe, expect, it } from 'vitest';
import type { Finding } from '../../data/types.ts';
import { finding } from '../../state/fixtures.ts';
import { groupUnits, matches, orderBySize } from './heatmap-rows.ts';

const selection = { layer: 'lstm', quantity: 'hidden_state', feature: 'space' };
const findingOf = (unit: number, neighbours: number[], other: Partial<Finding> = {}): Finding =>
  finding({ ...selection, unit, neighbours, ...other });

describe('groupUnits', () => {
  it('puts the chosen unit first, then the suggestions with their neighbours, strongest first', () => {
    expect(groupUnits([findingOf(41, [40, 42]), findingOf(7, [6, 8])], selection, [3], 64)).toEqual([
      { units: [3], suggested: [] },
      { units: [40, 41, 42], suggested: [41] },
      { units: [6, 7, 8], suggested: [7] },
    ]);
  });

  it('shows further units beside the chosen one', () => {
    expect(groupUnits([], selection, [3, 9, 3, 99], 64)).toEqual([{ units: [3, 9], suggested: [] }]);
  });

  it('joins suggestions that overlap', () => {
    expect(groupUnits([findingOf(41, [40, 42]), findingOf(43, [42, 44])], selection, [0], 64)[1]).toEqual({
      units: [40, 41, 42, 43, 44],
      suggested: [41, 43],
    });
  });

  it('takes only what was found for this feature, layer and quantity', () => {
    const others = [
      findingOf(1, [], { feature: 'verb' }),
      findingOf(2, [], { layer: 'gru' }),
      findingOf(3, [], { quantity: 'cell_state' }),
    ];
    expect(groupUnits(others, selection, [0], 64)).toEqual([{ units: [0], suggested: [] }]);
  });

  it('leaves out units that the layer does not have', () => {
    expect(groupUnits([findingOf(0, [-1, 1]), findingOf(99, [98])], selection, [200], 1)).toEqual([
      { units: [0], suggested: [0] },
    ]);
  });
});

describe('orderBySize', () => {
  it('goes from far from zero to near, what has no value last', () => {
    expect([...orderBySize(Float32Array.of(0.1, -3, NaN, 2, 2), 5)]).toEqual([1, 3, 4, 0, 2]);
  });
});

describe('matches', () => {
  it('are the places where the mask is set', () => {
    expect([...matches(Uint8Array.of(0, 1, 1, 0, 1))]).toEqual([1, 2, 4]);
    expect(matches(new Uint8Array(3))).toHaveLength(0);
  });
});
