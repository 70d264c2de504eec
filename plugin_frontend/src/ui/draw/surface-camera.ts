import type { Camera } from './camera.ts';

/** Half widths of the box along frequency (x) and units (z); height (y, from 0). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Turns points of the box into pixels. */
export interface Projection {
  /** Column-major 4 x 4 for WebGL clip space. */
  readonly matrix: Float32Array;
  /** Pixels from the left and the top; larger depth is nearer. */
  screen(x: number, y: number, z: number): [x: number, y: number, depth: number];
  /** +1 or -1: the side of the box that is nearer to the reader. */
  readonly nearX: number;
  readonly nearZ: number;
}

const STEEPEST = Math.PI / 2;
/** Room for labels. */
const MARGIN_X = 48;
const MARGIN_Y = 36;

export function project(camera: Camera, box: Box, { width, height }: Size): Projection {
  const [sy, cy] = [Math.sin(camera.yaw), Math.cos(camera.yaw)];
  const [sp, cp] = [Math.sin(camera.pitch), Math.cos(camera.pitch)];
  const radius = Math.hypot(box.x, box.z);
  const across = (width - 2 * MARGIN_X) / (2 * (Math.abs(cy) * box.x + Math.abs(sy) * box.z));
  const down = (height - 2 * MARGIN_Y) / (box.y * cp + 2 * (Math.abs(sy) * box.x + Math.abs(cy) * box.z) * sp);
  const scale = Math.max(8, Math.min(across, down)) * camera.zoom;
  const middle = box.y / 2;
  const centerX = width * (0.5 + camera.x);
  const centerY = height * (0.5 + camera.y);
  const deep = 1 / (radius + box.y) / 2;
  const kx = (2 * scale) / width;
  const ky = (2 * scale) / height;
  const matrix = new Float32Array([
    kx * cy,
    ky * sy * sp,
    sy * cp * deep,
    0,
    0,
    ky * cp,
    -sp * deep,
    0,
    kx * sy,
    -ky * cy * sp,
    -cy * cp * deep,
    0,
    2 * camera.x,
    -2 * camera.y - ky * cp * middle,
    sp * middle * deep,
    1,
  ]);
  return {
    matrix,
    screen: (x, y, z) => {
      const across1 = cy * x + sy * z;
      const towards = cy * z - sy * x;
      const up = y - middle;
      return [centerX + scale * across1, centerY - scale * (up * cp - towards * sp), up * sp + towards * cp];
    },
    nearX: sy > 0 ? -1 : 1,
    nearZ: cy >= 0 ? 1 : -1,
  };
}

/** Turned by a drag over so many pixels; a panel's width is half a turn. */
export function turn(camera: Camera, dx: number, dy: number, { width, height }: Size): Camera {
  const pitch = Math.max(0, Math.min(STEEPEST, camera.pitch + (dy / height) * Math.PI * 0.75));
  const yaw = camera.yaw + (dx / width) * Math.PI;
  return { ...camera, pitch, yaw: Math.atan2(Math.sin(yaw), Math.cos(yaw)) };
}

/** Camera zoomed by `factor` around (x, y), never smaller than the whole. */
export function zoomCamera(camera: Camera, factor: number, x: number, y: number, { width, height }: Size): Camera {
  const zoom = Math.max(1, Math.min(20, camera.zoom * factor));
  const real = zoom / camera.zoom;
  if (zoom === 1) return { ...camera, zoom, x: 0, y: 0 };
  const away = (center: number, pointer: number) => pointer + (center - pointer) * real;
  return { ...camera, zoom, x: away(camera.x, x / width - 0.5), y: away(camera.y, y / height - 0.5) };
}

/** Shifted by so many pixels. */
export function shift(camera: Camera, dx: number, dy: number, { width, height }: Size): Camera {
  return { ...camera, x: camera.x + dx / width, y: camera.y + dy / height };
}
