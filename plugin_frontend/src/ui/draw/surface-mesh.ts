import type { Box, Projection } from './surface-camera.ts';
import { NYQUIST } from './spectrum.ts';
import type { SurfaceGroup, SurfaceRow } from './surface-rows.ts';

export interface Mesh {
  readonly box: Box;
  /** Values per vertex: x, y, z, normal x, y, z, colormap position, 1 if missing. */
  readonly vertices: Float32Array;
  readonly triangles: Uint32Array;
  /** One line a row. */
  readonly rows: readonly PlacedRow[];
  readonly bins: number;
}

export interface PlacedRow extends SurfaceRow {
  readonly z: number;
  /** Its first vertex; the others follow, one a bin. */
  readonly vertex: number;
}

export const STRIDE = 8;
const GAP = 1.6;
const LONELY = 0.4;
const HEIGHT = 0.85;

/**
 * Triangle mesh of a surface in a box `width` times 2 wide.
 * A group of one row becomes a ribbon, so that it is a surface too. The height is the absolute value; the colour
 * shows the sign if values are `signed`.
 */
export function buildMesh(
  groups: readonly SurfaceGroup[],
  frequency: Float32Array,
  limit: number,
  width = 1,
  signed = false,
): Mesh {
  const { lines, at } = placeRows(groups);
  const span = Math.max(1, at - 1);
  const box: Box = { x: width, y: HEIGHT, z: Math.min(0.9, 0.3 + 0.06 * span) };
  const bins = frequency.length;
  const across = bins === 1 ? 3 : bins;
  const vertices = new Float32Array(lines.length * across * STRIDE);
  const rows: PlacedRow[] = [];
  lines.forEach(({ row, at: position, named }, i) => {
    const z = at > 1 ? (2 * (position / span) - 1) * box.z : (position / span) * box.z;
    if (named) rows.push({ ...row, z, vertex: i * across });
    for (let b = 0; b < across; b++) {
      const bin = Math.min(b, bins - 1);
      const value = row.values[bin];
      const height = heightOf(value, limit, box);
      const share = height / box.y;
      const color = !signed ? share : Number.isFinite(value) ? 0.5 + (Math.sign(value) * share) / 2 : 0.5;
      const f = bins === 1 ? frequency[0] + (b - 1) * 0.01 : frequency[bin];
      vertices.set(
        [xOfFrequency(f, box), height, z, 0, 1, 0, color, Number.isFinite(value) ? 0 : 1],
        (i * across + b) * STRIDE,
      );
    }
  });
  const triangles: number[] = [];
  for (let i = 0; i + 1 < lines.length; i++) {
    if (lines[i].strip !== lines[i + 1].strip) continue;
    for (let b = 0; b + 1 < across; b++) {
      const a = i * across + b;
      triangles.push(a, a + across, a + 1, a + 1, a + across, a + across + 1);
    }
  }
  addNormals(vertices, triangles);
  return { box, vertices, triangles: Uint32Array.from(triangles), rows, bins };
}

interface Line {
  readonly row: SurfaceRow;
  /** Along the unit axis, in rows from 0. */
  readonly at: number;
  /** Lines of one strip hang together. */
  readonly strip: number;
  /** False for the edges of a ribbon, which repeat their row. */
  readonly named: boolean;
}

/**
 * Strips of consecutive rows.
 * A row without any value stands apart, so that no triangle touches it.
 */
function placeRows(groups: readonly SurfaceGroup[]): { lines: Line[]; at: number } {
  const lines: Line[] = [];
  let at = 0;
  let strip = 0;
  groups.forEach((group, g) => {
    if (g) at += GAP - 1;
    for (const rows of runs(group)) {
      strip++;
      for (const row of rows) {
        const edges = rows.length === 1 ? [-LONELY, 0, LONELY] : [0];
        for (const edge of edges) lines.push({ row, at: at + edge, strip, named: edge === 0 });
        at++;
      }
    }
  });
  return { lines, at };
}

function runs(group: SurfaceGroup): SurfaceRow[][] {
  const groups: SurfaceRow[][] = [];
  let before: boolean | null = null;
  for (const row of group) {
    const empty = row.values.every(Number.isNaN);
    if (empty || empty !== before) groups.push([row]);
    else groups[groups.length - 1].push(row);
    before = empty;
  }
  return groups;
}

/** The size of a value; missing lies on the floor. */
export function heightOf(amplitude: number, limit: number, box: Box): number {
  return Number.isFinite(amplitude) ? Math.min(1.05, Math.abs(amplitude) / (limit || 1)) * box.y : 0;
}

export function xOfFrequency(f: number, box: Box): number {
  return ((2 * f) / NYQUIST - 1) * box.x;
}

/** The normal of a vertex is the sum of those of its triangles. */
function addNormals(vertices: Float32Array, triangles: readonly number[]): void {
  for (let v = 4; v < vertices.length; v += STRIDE) vertices[v] = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [triangles[i] * STRIDE, triangles[i + 1] * STRIDE, triangles[i + 2] * STRIDE];
    const [ux, uy, uz] = [
      vertices[b] - vertices[a],
      vertices[b + 1] - vertices[a + 1],
      vertices[b + 2] - vertices[a + 2],
    ];
    const [wx, wy, wz] = [
      vertices[c] - vertices[a],
      vertices[c + 1] - vertices[a + 1],
      vertices[c + 2] - vertices[a + 2],
    ];
    const [nx, ny, nz] = [uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx];
    for (const v of [a, b, c]) {
      vertices[v + 3] += nx;
      vertices[v + 4] += ny;
      vertices[v + 5] += nz;
    }
  }
}

export interface Nearest {
  readonly row: number;
  readonly bin: number;
  readonly x: number;
  readonly y: number;
}

/** Point of the surface at a pixel: the one nearest to the reader within reach. */
export function nearestPoint(mesh: Mesh, projection: Projection, x: number, y: number, reach = 9): Nearest | null {
  let best: Nearest | null = null;
  let bestScore = Infinity;
  mesh.rows.forEach(({ vertex }, row) => {
    for (let bin = 0; bin < mesh.bins; bin++) {
      const v = (vertex + (mesh.bins === 1 ? 1 : bin)) * STRIDE;
      const [px, py, depth] = projection.screen(mesh.vertices[v], mesh.vertices[v + 1], mesh.vertices[v + 2]);
      const distance = Math.hypot(px - x, py - y);
      if (distance > reach) continue;
      const score = distance / reach - 6 * depth;
      if (score < bestScore) {
        bestScore = score;
        best = { row, bin, x: px, y: py };
      }
    }
  });
  return best;
}
