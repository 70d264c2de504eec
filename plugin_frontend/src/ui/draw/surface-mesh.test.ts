import { describe, expect, it } from 'vitest';
import { HOME } from './camera.ts';
import { project } from './surface-camera.ts';
import { buildMesh, heightOf, nearestPoint, STRIDE, xOfFrequency } from './surface-mesh.ts';
import { poolRows, type SurfaceRow } from './surface-rows.ts';

const frequency = Float32Array.of(0, 0.25, 0.5);
const row = (unit: number, ...values: number[]): SurfaceRow => ({
  units: [unit, unit + 1],
  values: Float32Array.from(values),
});
const vertex = (mesh: { vertices: Float32Array }, v: number) => [...mesh.vertices.slice(v * STRIDE, (v + 1) * STRIDE)];

describe('buildMesh', () => {
  it('puts frequency along x, units from behind to the front, amplitude up', () => {
    const mesh = buildMesh([[row(4, 0, 1, 2), row(5, 2, 1, 0)]], frequency, 2);
    const { box } = mesh;
    expect(vertex(mesh, 0).slice(0, 3)).toEqual([-1, 0, -box.z].map(Math.fround));
    expect(vertex(mesh, 5).slice(0, 3)).toEqual([1, 0, box.z].map(Math.fround));
    expect(vertex(mesh, 2)[1]).toBeCloseTo(box.y);
    expect(vertex(mesh, 2)[6]).toBeCloseTo(1);
    expect(mesh.triangles).toHaveLength(2 * 2 * 3);
  });

  it('does not span the gap between groups', () => {
    const mesh = buildMesh(
      [
        [row(0, 1, 1, 1), row(1, 1, 1, 1)],
        [row(8, 1, 1, 1), row(9, 1, 1, 1)],
      ],
      frequency,
      1,
    );
    expect(mesh.triangles).toHaveLength(2 * 2 * 2 * 3);
    const [a, b, c] = mesh.rows.map(({ z }) => z);
    expect(c - b).toBeGreaterThan(b - a);
  });

  it('makes a ribbon of a unit alone, named once', () => {
    const mesh = buildMesh([[row(7, 1, 2, 3)]], frequency, 3);
    expect(mesh.rows.map(({ units }) => units[0])).toEqual([7]);
    expect(mesh.rows[0].z).toBeCloseTo(0);
    expect(mesh.triangles).toHaveLength(2 * 2 * 2 * 3);
  });

  it('shows the size of a difference as height and its sign as colour', () => {
    const mesh = buildMesh([[row(0, 0, 2, -2), row(1, 0, 1, NaN)]], frequency, 2, 1, true);
    const vertices = [1, 2, 4, 5].map((v) => vertex(mesh, v));
    expect(vertices.map(([, y]) => y / mesh.box.y)).toEqual([1, 1, 0.5, 0].map((y) => expect.closeTo(y)));
    expect(vertices.map((values) => values[6])).toEqual([1, 0, 0.75, 0.5].map((color) => expect.closeTo(color)));
  });

  it('has a surface for one bin', () => {
    const mesh = buildMesh([[row(0, 1)]], Float32Array.of(0.25), 1);
    expect(mesh.triangles.length).toBeGreaterThan(0);
    expect(mesh.vertices.every(Number.isFinite)).toBe(true);
  });

  it('lays what is missing on the floor, apart from its neighbours', () => {
    const mesh = buildMesh([[row(0, 1, 1, 1), row(1, NaN, NaN, NaN), row(2, 1, 1, 1), row(3, 1, 1, 1)]], frequency, 1);
    const missing = vertex(mesh, mesh.rows[1].vertex);
    expect([missing[1], missing[7]]).toEqual([0, 1]);
    const flags = (t: number) => [0, 1, 2].map((i) => mesh.vertices[mesh.triangles[t * 3 + i] * STRIDE + 7]);
    for (let t = 0; t < mesh.triangles.length / 3; t++) expect(new Set(flags(t)).size).toBe(1);
  });

  it('has normals that point up on flat ground', () => {
    const mesh = buildMesh([[row(0, 1, 1, 1), row(1, 1, 1, 1)]], frequency, 2);
    for (let v = 0; v < 6; v++) {
      const [, , , nx, ny, nz] = vertex(mesh, v);
      expect(Math.abs(nx) + Math.abs(nz)).toBeCloseTo(0);
      expect(ny).not.toBe(0);
    }
  });

  it('survives no units, no limit, and values above the limit', () => {
    expect(buildMesh([], frequency, 1).triangles).toHaveLength(0);
    const mesh = buildMesh([[row(0, 0, 0, 0), row(1, 9, 9, 9)]], frequency, 0);
    expect(mesh.vertices.every(Number.isFinite)).toBe(true);
    expect(heightOf(100, 1, mesh.box)).toBeLessThan(1.1 * mesh.box.y);
  });
});

it('xOfFrequency spans the box from 0 to 0.5', () => {
  const box = { x: 1.5, y: 1, z: 1 };
  expect([0, 0.25, 0.5].map((f) => xOfFrequency(f, box))).toEqual([-1.5, 0, 1.5]);
});

describe('poolRows', () => {
  const data = Array.from({ length: 10 }, (_, unit) => Float32Array.of(unit, 9 - unit, NaN));

  it('keeps every unit while there is room', () => {
    expect(poolRows(10, (unit) => data[unit], 10)).toHaveLength(10);
  });

  it('keeps the largest of units that share a line', () => {
    const rows = poolRows(10, (unit) => data[unit], 4);
    expect(rows.map(({ units }) => units)).toEqual([
      [0, 3],
      [3, 6],
      [6, 9],
      [9, 10],
    ]);
    expect([...rows[1].values]).toEqual([5, 6, NaN]);
  });

  it('does not let a missing unit hide its neighbours', () => {
    const [shared] = poolRows(2, (unit) => (unit ? Float32Array.of(3) : Float32Array.of(NaN)), 1);
    expect([...shared.values]).toEqual([3]);
  });
});

describe('nearestPoint', () => {
  const mesh = buildMesh([[row(0, 0, 0, 0), row(1, 1, 0, 1)]], frequency, 1);
  const projection = project(HOME, mesh.box, { width: 400, height: 300 });

  it('finds the point that was drawn there', () => {
    const [x, y] = projection.screen(1, mesh.box.y, mesh.box.z);
    expect(nearestPoint(mesh, projection, x + 2, y - 1)).toMatchObject({ row: 1, bin: 2 });
  });

  it('finds none out of reach', () => {
    expect(nearestPoint(mesh, projection, -50, -50)).toBeNull();
  });

  it('prefers what is nearer to the reader', () => {
    const recording = project({ ...HOME, yaw: 0, pitch: 0 }, mesh.box, { width: 400, height: 300 });
    const [x, y] = recording.screen(0, 0, 0);
    expect(nearestPoint(mesh, recording, x, y)).toMatchObject({ row: 1, bin: 1 });
  });
});
