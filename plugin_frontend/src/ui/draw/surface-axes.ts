import type { Sheet } from './axes-canvas.ts';
import { niceStep, tickLabel, ticks, type Palette } from './axes.ts';
import type { Marked } from './heatmap-picture.ts';
import { NYQUIST, type BandLimits, type BandPeak } from './spectrum.ts';
import type { Projection } from './surface-camera.ts';
import { xOfFrequency, type Mesh, type PlacedRow } from './surface-mesh.ts';

const AMPLITUDES = 4;

type Point = readonly [x: number, y: number, z: number];

export interface Scene {
  readonly mesh: Mesh;
  readonly projection: Projection;
  readonly frequency: Float32Array;
  readonly limit: number;
  readonly band: BandLimits;
  readonly selectedUnit: number;
  /** Title of the axis of frequencies. */
  readonly frequencyTitle: string;
  /** Name of the height. */
  readonly what: string;
  /** The peak that is marked on a row. */
  peak(row: PlacedRow): (BandPeak & Marked) | null;
  /** Amplitudes of a unit, also where it shares its line with others. */
  values(unit: number): Float32Array;
}

/** Floor, walls and labels; the surface stands over it. */
export function paintAxes(surface: Sheet, scene: Scene, colors: Palette): void {
  const { projection, mesh, limit } = scene;
  const { box } = mesh;
  const { nearX, nearZ } = projection;
  const line = pen(surface, projection);
  const label = labeller(surface, projection);
  const steps = ticks(0, limit, AMPLITUDES);
  const front: Point = [0, 0, nearZ];
  const recording: Point = [nearX, 0, 0];
  const farX = -nearX * box.x;
  const farZ = -nearZ * box.z;
  for (const f of ticks(0, NYQUIST, 5)) {
    const x = xOfFrequency(f, box);
    line([x, 0, -box.z], [x, 0, box.z], colors.line);
    label([x, 0, nearZ * box.z], front, tickLabel(f, 0.1), colors.muted, 12);
  }
  for (const amplitude of steps) {
    const y = (amplitude / (limit || 1)) * box.y;
    line([-box.x, y, farZ], [box.x, y, farZ], colors.line);
    line([farX, y, -box.z], [farX, y, box.z], colors.line);
  }
  for (const x of [-box.x, box.x]) line([x, 0, farZ], [x, box.y, farZ], colors.line);
  line([farX, 0, -box.z], [farX, box.y, -box.z], colors.line);
  line([farX, 0, box.z], [farX, box.y, box.z], colors.line);
  line([-box.x, 0, nearZ * box.z], [box.x, 0, nearZ * box.z], colors.muted);
  line([nearX * box.x, 0, -box.z], [nearX * box.x, 0, box.z], colors.muted);

  for (const { row, text } of unitLabels(scene)) {
    const on = isOf(row, scene.selectedUnit);
    label([nearX * box.x, 0, row.z], recording, text, on ? colors.accent : colors.muted, 14, on);
  }
  amplitudeLabels(surface, scene, steps, colors);
  const title = titler(surface, projection, colors.ink);
  title([-box.x, 0, nearZ * box.z], [box.x, 0, nearZ * box.z], scene.frequencyTitle, 26);
  title([nearX * box.x, 0, -box.z], [nearX * box.x, 0, box.z], 'unit', 36);
}

/** On the vertical edge that is furthest to the left. */
function amplitudeLabels(
  { context }: Sheet,
  { projection, mesh, limit, what }: Scene,
  steps: readonly number[],
  colors: Palette,
): void {
  const { box } = mesh;
  const corners: Point[] = [-1, 1].flatMap((x) => [-1, 1].map((z): Point => [x * box.x, 0, z * box.z]));
  const left = corners.reduce((a, b) => (projection.screen(...a)[0] <= projection.screen(...b)[0] ? a : b));
  const step = limit > 0 ? niceStep(limit / AMPLITUDES) : 1;
  context.textAlign = 'right';
  context.fillStyle = colors.muted;
  const [, low] = projection.screen(left[0], 0, left[2]);
  const [, high] = projection.screen(left[0], box.y, left[2]);
  if (low - high < 30) return;
  for (const amplitude of steps) {
    const [x, y] = projection.screen(left[0], (amplitude / (limit || 1)) * box.y, left[2]);
    if (amplitude > 0) context.fillText(tickLabel(amplitude, step), x - 6, y);
  }
  const [x] = projection.screen(left[0], box.y, left[2]);
  context.textAlign = 'left';
  context.fillStyle = colors.ink;
  context.fillText(what, Math.max(2, x - 30), high - 14);
}

export const isOf = (row: PlacedRow, unit: number) => unit >= row.units[0] && unit < row.units[1];

/** Every row while they stand apart, else round numbers. */
function unitLabels({ mesh, projection, selectedUnit }: Scene): { row: PlacedRow; text: string }[] {
  const { rows, box } = mesh;
  if (!rows.length) return [];
  const x = projection.nearX * box.x;
  const [x0, y0] = projection.screen(x, 0, rows[0].z);
  const [x1, y1] = projection.screen(x, 0, rows[rows.length - 1].z);
  const apart = Math.hypot((x1 - x0) / 2, y1 - y0) / Math.max(1, rows.length - 1);
  const every = apart >= 11 || rows.length === 1 ? 1 : niceStep(13 / Math.max(0.05, apart));
  const labelled = rows
    .filter(
      (row, i) =>
        (every === 1 ? true : i % every === 0 && !near(rows, i, selectedUnit, every)) || isOf(row, selectedUnit),
    )
    .map((row) => ({ row, text: String(isOf(row, selectedUnit) ? selectedUnit : row.units[0]) }));
  return labelled;
}

/** The label of the chosen unit needs the room of its neighbours. */
function near(rows: readonly PlacedRow[], i: number, selectedUnit: number, every: number): boolean {
  const own = rows.findIndex((row) => isOf(row, selectedUnit));
  return own >= 0 && own !== i && Math.abs(own - i) < every * 0.8;
}

function pen({ context }: Sheet, projection: Projection) {
  return (a: Point, b: Point, color: string) => {
    const [x0, y0] = projection.screen(...a);
    const [x1, y1] = projection.screen(...b);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.stroke();
  };
}

/**
 * Writer of labels beside an edge of the floor.
 * They stand `away` pixels from it in the projected direction of `outward`.
 */
function labeller({ context, width }: Sheet, projection: Projection) {
  const [cx, cy] = projection.screen(0, 0, 0);
  return (at: Point, outward: Point, text: string, color: string, away: number, bold = false) => {
    const [x, y] = projection.screen(...at);
    const [ox, oy] = projection.screen(...outward);
    const length = Math.hypot(ox - cx, oy - cy) || 1;
    const [dx, dy] = [(ox - cx) / length, (oy - cy) / length];
    const font = context.font;
    if (bold) context.font = `600 ${font}`;
    const half = context.measureText(text).width / 2;
    context.fillStyle = color;
    context.textAlign = 'center';
    context.fillText(text, Math.max(half + 2, Math.min(width - half - 2, x + dx * (away + half * 0.6))), y + dy * away);
    context.font = font;
  };
}

/** Writes along an edge, `away` pixels outside; skips edges too short for the text. */
function titler({ context }: Sheet, projection: Projection, color: string) {
  const [cx, cy] = projection.screen(0, 0, 0);
  return (from: Point, to: Point, text: string, away: number) => {
    const [x0, y0] = projection.screen(...from);
    const [x1, y1] = projection.screen(...to);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (context.measureText(text).width > length) return;
    const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
    let [nx, ny] = [-(y1 - y0) / length, (x1 - x0) / length];
    if (nx * (mx - cx) + ny * (my - cy) < 0) [nx, ny] = [-nx, -ny];
    let angle = Math.atan2(y1 - y0, x1 - x0);
    if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
    context.save();
    context.translate(mx + nx * away, my + ny * away);
    context.rotate(angle);
    context.textAlign = 'center';
    context.fillStyle = color;
    context.fillText(text, 0, 0);
    context.restore();
  };
}
