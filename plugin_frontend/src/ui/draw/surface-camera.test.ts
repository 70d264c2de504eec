import { describe, expect, it } from 'vitest';
import { HOME, type Camera } from './camera.ts';
import { project, shift, turn, zoomCamera } from './surface-camera.ts';

const box = { x: 1, y: 0.8, z: 0.7 };
const size = { width: 400, height: 300 };
const corners = [-1, 1].flatMap((x) =>
  [0, 1].flatMap((y) => [-1, 1].map((z) => [x * box.x, y * box.y, z * box.z] as const)),
);

describe('project', () => {
  it.each([0, 0.7, 1.6, -2.5, 3.1])('shows the whole box from every side (yaw %f)', (yaw) => {
    for (const pitch of [0, 0.4, 1, Math.PI / 2]) {
      const { screen } = project({ ...HOME, yaw, pitch }, box, size);
      for (const corner of corners) {
        const [x, y] = screen(...corner);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(size.width);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(size.height);
      }
    }
  });

  it('agrees with the matrix that WebGL uses', () => {
    const camera: Camera = { yaw: -0.6, pitch: 0.5, zoom: 2, x: 0.1, y: -0.2 };
    const { matrix, screen } = project(camera, box, size);
    for (const corner of corners) {
      const clip = [0, 1, 2, 3].map((r) => [...corner, 1].reduce((sum, v, c) => sum + matrix[4 * c + r] * v, 0));
      const [x, y] = screen(...corner);
      expect(clip[3]).toBe(1);
      expect(((clip[0] + 1) / 2) * size.width).toBeCloseTo(x, 3);
      expect(((1 - clip[1]) / 2) * size.height).toBeCloseTo(y, 3);
      expect(Math.abs(clip[2])).toBeLessThanOrEqual(1);
    }
  });

  it('has frequency to the right and the first unit behind when looked at from the front', () => {
    const { screen, nearZ } = project({ ...HOME, yaw: 0 }, box, size);
    expect(screen(1, 0, 0)[0]).toBeGreaterThan(screen(-1, 0, 0)[0]);
    expect(screen(0, 0, 0.7)[2]).toBeGreaterThan(screen(0, 0, -0.7)[2]);
    expect(screen(0, 0.8, 0)[1]).toBeLessThan(screen(0, 0, 0)[1]);
    expect(nearZ).toBe(1);
  });

  it.each([-2.4, -0.7, 0.7, 2.4])('says which sides are near (yaw %f)', (yaw) => {
    const { screen, nearX, nearZ } = project({ ...HOME, yaw }, box, size);
    expect(screen(nearX, 0, 0)[2]).toBeGreaterThan(screen(-nearX, 0, 0)[2]);
    expect(screen(0, 0, nearZ)[2]).toBeGreaterThan(screen(0, 0, -nearZ)[2]);
  });

  it('agrees in depth: nearer is smaller in clip space', () => {
    const { matrix, screen } = project(HOME, box, size);
    const clipZ = (p: readonly number[]) => matrix[2] * p[0] + matrix[6] * p[1] + matrix[10] * p[2] + matrix[14];
    const [a, b] = [corners[0], corners[7]];
    expect(Math.sign(clipZ(a) - clipZ(b))).toBe(-Math.sign(screen(...a)[2] - screen(...b)[2]));
  });
});

describe('moving', () => {
  it('turns with the hand and stops at above and beside', () => {
    expect(turn(HOME, 400, 0, size).yaw).toBeCloseTo(HOME.yaw + Math.PI);
    expect(turn(HOME, 0, 1e4, size).pitch).toBeCloseTo(Math.PI / 2);
    expect(turn(HOME, 0, -1e4, size).pitch).toBe(0);
  });

  it('zooms about the pointer', () => {
    const before = project(HOME, box, size);
    const [x, y] = before.screen(0.5, 0.2, -0.3);
    const after = project(zoomCamera(HOME, 3, x, y, size), box, size).screen(0.5, 0.2, -0.3);
    expect(after[0]).toBeCloseTo(x);
    expect(after[1]).toBeCloseTo(y);
  });

  it('comes back to the middle when all is seen again', () => {
    expect(zoomCamera(shift(zoomCamera(HOME, 3, 10, 10, size), 50, 50, size), 0.01, 10, 10, size)).toEqual(HOME);
  });
});
