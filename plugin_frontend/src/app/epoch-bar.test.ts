import { describe, expect, it } from 'vitest';
import { landing } from './epoch-bar.ts';

describe('a slider that passes over what cannot be shown', () => {
  const all = [0, 1, 2, 3, 4, 5, 6];
  const recordedSteps = [0, 3, 6];
  const moved = (from: number, to: number) => landing(all, recordedSteps, from, to);

  it('comes to rest where it was put', () => {
    expect([moved(0, 3), moved(6, 0)]).toEqual([3, 0]);
  });
  it('goes on to the next in its direction', () => {
    expect([moved(0, 1), moved(3, 4), moved(6, 5), moved(3, 2)]).toEqual([3, 6, 3, 0]);
  });
  it('goes to the nearest when it was thrown far', () => {
    expect([moved(0, 4), moved(0, 5), moved(6, 1)]).toEqual([3, 6, 0]);
  });
  it('stays where there is nothing further on', () => {
    expect([landing(all, [0, 3], 3, 6), moved(3, 3)]).toEqual([3, 3]);
  });
});
