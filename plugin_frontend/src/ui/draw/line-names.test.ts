import { describe, expect, it } from 'vitest';
import { lastKnown, spread } from './line-names.ts';

describe('spread', () => {
  it('leaves alone what is far apart', () => expect(spread([10, 50], 12, 0, 100)).toEqual([10, 50]));

  it('moves apart what is close, in its order, inside the room', () => {
    expect(spread([50, 51, 49], 12, 0, 100)).toEqual([61, 73, 49]);
    expect(spread([99, 98], 12, 0, 100)).toEqual([100, 88]);
    expect(spread([1, 2], 12, 10, 100)).toEqual([10, 22]);
  });

  it('keeps names apart where there are too many for the room', () =>
    expect(spread([0, 0, 0], 12, 0, 10)).toEqual([0, 12, 24]));
});

it('lastKnown is the last number', () =>
  expect([lastKnown([1, 2, NaN]), lastKnown([NaN]), lastKnown([])]).toEqual([1, -1, -1]));
