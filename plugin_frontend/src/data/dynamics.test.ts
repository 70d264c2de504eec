import { describe, expect, it } from 'vitest';
import { decodeDynamics, decodeDynamicsHistory } from './dynamics-wire.ts';

const POINT = {
  kind: 'unstable',
  at: [1, 2],
  ends: [
    [
      [0, 2],
      [2, 2],
    ],
  ],
  speed: 0,
  eigenvalues: [[1.5, 0]],
  time_constants: [null, 3],
};
const ANSWER = {
  layer: 'lstm',
  size: 4,
  constant: 'zero',
  counts: { stable: 0, unstable: 1, slow: 0 },
  lyapunov: [-0.1],
  growth: null,
  note: null,
  points: [POINT],
};

describe('the dynamics of a layer', () => {
  it('have time constants without an end where a mode does not decay', () => {
    const { points, growth } = decodeDynamics(ANSWER);
    expect(points[0].timeConstants).toEqual([Infinity, 3]);
    expect(points[0].ends[0][1]).toEqual([2, 2]);
    expect(growth).toBeNaN();
  });

  it('may have points without a position', () => {
    expect(decodeDynamics({ ...ANSWER, points: [{ ...POINT, at: null, ends: [] }] }).points[0].at).toBeNull();
  });

  it('of an unknown kind, or of more axes than there are, are no answer', () => {
    expect(() => decodeDynamics({ ...ANSWER, points: [{ ...POINT, kind: 'loud' }] })).toThrow('Expected one of stable');
    expect(() => decodeDynamics({ ...ANSWER, points: [{ ...POINT, at: [1, 2, 3, 4] }] })).toThrow('4 components');
  });

  it('over the steps are NaN where they are not known', () => {
    const layer = { layer: 'lstm', stable: [1, null], unstable: [0, 0], slow: [0, 0], lyapunov: [null, -1] };
    const { layers } = decodeDynamicsHistory({ steps: [0, 1], layers: [{ ...layer, time_constant: [3, null] }] });
    expect(layers[0].counts.stable).toEqual([1, NaN]);
    expect(layers[0].timeConstant).toEqual([3, NaN]);
  });
});
