import type { Sheet } from './axes-canvas.ts';
import type { Palette } from './axes.ts';
import { paintPeak } from './peak-mark.ts';
import { isOf, type Scene } from './surface-axes.ts';
import { heightOf, STRIDE, type PlacedRow } from './surface-mesh.ts';

/** Paints the marks on the surface: the chosen unit, the peaks, the hovered point. */
export function paintMarks(
  surface: Sheet,
  scene: Scene,
  peaks: readonly number[],
  hover: UnitPoint | null,
  colors: Palette,
): void {
  const { context } = surface;
  const { mesh, selectedUnit } = scene;
  const rowOf = (unit: number) => mesh.rows.find((row) => isOf(row, unit));
  const own = rowOf(selectedUnit);
  if (own) trace(context, scene, own, scene.values(selectedUnit), colors.accent, 2);
  for (const i of peaks) {
    const row = mesh.rows[i];
    const peak = scene.peak(row);
    if (!peak) continue;
    const [x, y] = pixel(scene, row, peak.bin, peak.amplitude);
    paintPeak(context, x, y, 3.5, peak.stands, isOf(row, selectedUnit) ? colors.accent : colors.ink, colors);
  }
  const pointed = hover && rowOf(hover.unit);
  if (!hover || !pointed) return;
  const values = scene.values(hover.unit);
  trace(context, scene, pointed, values, colors.ink, 1);
  if (hover.bin === null || !Number.isFinite(values[hover.bin])) return;
  const [x, y] = pixel(scene, pointed, hover.bin, values[hover.bin]);
  paintPeak(context, x, y, 4.5, null, colors.ink, colors);
}

export interface UnitPoint {
  readonly unit: number;
  readonly bin: number | null;
}

function pixel({ mesh, projection, limit }: Scene, row: PlacedRow, bin: number, amplitude: number): [number, number] {
  const v = (row.vertex + (mesh.bins === 1 ? 1 : bin)) * STRIDE;
  const [x, y] = projection.screen(mesh.vertices[v], heightOf(amplitude, limit, mesh.box), row.z);
  return [x, y];
}

function trace(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: PlacedRow,
  values: Float32Array,
  color: string,
  width: number,
): void {
  context.beginPath();
  let drawing = false;
  values.forEach((value, bin) => {
    const [x, y] = pixel(scene, row, bin, value);
    if (drawing && !Number.isNaN(value)) context.lineTo(x, y);
    else context.moveTo(x, y);
    drawing = !Number.isNaN(value);
  });
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.stroke();
}

/** Rows whose peaks are marked: all while they are few, else the highest. */
export function markedRows(scene: Pick<Scene, 'mesh' | 'peak'>, most = 12): number[] {
  const peaks = scene.mesh.rows.map((row, i) => ({ i, height: Math.abs(scene.peak(row)?.amplitude ?? -Infinity) }));
  const seen = peaks.filter(({ height }) => height < Infinity);
  return seen
    .sort((a, b) => b.height - a.height)
    .slice(0, Math.max(most, 0))
    .map(({ i }) => i);
}
