import { describe, expect, it } from 'vitest';
import { PROJECTION } from './states-fixtures.ts';
import {
  around,
  axesOf,
  firstAt,
  lastTokens,
  parseTurn,
  pointOf,
  sequenceRange,
  statePoints,
  turned,
} from './state-points.ts';

describe('the axes', () => {
  it('are those of the link as far as there are as many components', () => {
    expect(axesOf('1 3', 3)).toEqual([0, 2]);
    expect(axesOf('3d', 3)).toEqual([0, 1, 2]);
    expect(axesOf('3d', 2)).toEqual([0, 1]);
    expect(axesOf('2 3', 2)).toEqual([0, 1]);
    expect(axesOf('1 2', 1)).toEqual([0, 0]);
  });
});

describe('the points', () => {
  it('have the components of the axes', () => {
    const points = statePoints(PROJECTION, [0, 1]);
    expect([...points.x]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...points.y]).toEqual([0, 1, 4, 9, 16, 25, 36, 49]);
    expect(points.z).toBeNull();
  });

  it('are those of some tokens', () => {
    const points = statePoints(PROJECTION, [0, 1], (token) => token % 3 === 0);
    expect([...points.tokens]).toEqual([0, 3, 6]);
    expect([pointOf(points, 3), pointOf(points, 4)]).toEqual([1, -1]);
  });

  it('that are missing belong to no token', () => {
    const missing = { ...statePoints(PROJECTION, [0, 1]), x: new Float32Array(8).fill(NaN) };
    expect(pointOf(missing, 3)).toBe(-1);
  });

  it('begin at the first token that is not before another', () => {
    expect([0, 3, 4, 9].map((token) => firstAt(Uint32Array.of(1, 3, 5), token))).toEqual([0, 1, 2, 3]);
  });
});

describe('the tokens of a trajectory', () => {
  it('are those around a token within its sequence', () => {
    expect(around([4, 6], 5, 3)).toEqual([4, 9]);
    expect(around([4, 6], 3, 1)).toEqual([2, 4]);
    expect(around([], 3, 1)).toEqual([3, 3]);
  });

  it('are those of a sequence', () => {
    expect(sequenceRange([4, 0, 6], 2)).toEqual([4, 10]);
  });

  it('end where the padding begins', () => {
    expect([...lastTokens([4, 3, 2], null)]).toEqual([3, 6, 8]);
    expect([...lastTokens([4, 3, 2], [2, 3, 0])]).toEqual([1, 6]);
  });
});

describe('a turn', () => {
  it('is read from the link', () => {
    expect(parseTurn('0.5 -1')).toEqual([0.5, -1]);
    expect(parseTurn('x')).toEqual([0.6, 0.4]);
  });

  it('by a quarter brings the third axis to the right', () => {
    const cloud = { x: Float32Array.of(1, 0, 0), y: Float32Array.of(0, 1, 0), z: Float32Array.of(0, 0, 1) };
    const { x, y, depth } = turned(cloud, [0, 0, 0], [Math.PI / 2, 0]);
    const rounded = (values: Float32Array) => [...values].map((value) => Math.round(value) + 0);
    expect([rounded(x), rounded(y), rounded(depth)]).toEqual([
      [0, 0, 1],
      [0, 1, 0],
      [-1, 0, 0],
    ]);
  });
});
