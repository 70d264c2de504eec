import { clipText, rule, type Sheet } from '../../ui/draw/axes-canvas.ts';
import type { Palette } from '../../ui/draw/axes.ts';
import { pooled, type MatrixLayout } from './matrix-layout.ts';
import type { MatrixModel, Pointed } from './matrix-model.ts';

/** Paints the cells, the labels of rows and columns, and what is pointed at. */
export function paintMatrix(
  sheet: Sheet,
  model: MatrixModel,
  layout: MatrixLayout,
  pointed: Pointed,
  colors: Palette,
): void {
  paintCells(sheet, model, layout);
  paintFrame(sheet, layout, pointed, colors);
  paintRowNames(sheet, model, layout, pointed, colors);
  paintColumnNames(sheet, model, layout, pointed, colors);
}

function paintCells({ context, ratio }: Sheet, model: MatrixModel, layout: MatrixLayout): void {
  const { left, top, cellWidth, cellHeight } = layout;
  const [width, height] = [model.columns * cellWidth, model.rows * cellHeight];
  const pool = pooled(model.values, model.rows, model.columns, Math.ceil(height * ratio), Math.ceil(width * ratio));
  if (!pool.rows || !pool.columns) return;
  const { colors } = model;
  const picture = document.createElement('canvas');
  [picture.width, picture.height] = [pool.columns, pool.rows];
  const inner = picture.getContext('2d');
  if (!inner) return;
  const image = inner.createImageData(pool.columns, pool.rows);
  const words = new Uint32Array(image.data.buffer);
  const missing = hatchWord(colors.hatch.ground);
  pool.values.forEach((value, i) => {
    const index = colors.index(value);
    words[i] = index < 0 ? missing : colors.words[index];
  });
  inner.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, left, top, width, height);
  if (cellWidth < 4 || cellHeight < 4) return;
  context.strokeStyle = `rgb(${colors.hatch.stripe.join(',')})`;
  context.lineWidth = 1;
  for (let i = 0; i < model.values.length; i++) {
    if (!Number.isNaN(model.values[i])) continue;
    const x = left + (i % model.columns) * cellWidth;
    const y = top + Math.floor(i / model.columns) * cellHeight;
    context.beginPath();
    context.moveTo(x, y + cellHeight);
    context.lineTo(x + cellWidth, y);
    context.stroke();
  }
}

const hatchWord = ([red, green, blue]: readonly [number, number, number]): number =>
  new Uint32Array(new Uint8ClampedArray([red, green, blue, 255]).buffer)[0];

function paintFrame(sheet: Sheet, layout: MatrixLayout, { row, column }: Pointed, colors: Palette): void {
  const { left, top, cellWidth, cellHeight, rows, columns } = layout;
  const [right, bottom] = [left + columns * cellWidth, top + rows * cellHeight];
  for (const y of [top, bottom]) rule(sheet, left, y, right, y, colors.line);
  for (const x of [left, right]) rule(sheet, x, top, x, bottom, colors.line);
  const { context } = sheet;
  context.strokeStyle = colors.ink;
  context.lineWidth = 1;
  if (row !== null) context.strokeRect(left - 0.5, top + row * cellHeight - 0.5, right - left + 1, cellHeight + 1);
  if (column !== null) context.strokeRect(left + column * cellWidth - 0.5, top - 0.5, cellWidth + 1, bottom - top + 1);
}

function paintRowNames(
  sheet: Sheet,
  model: MatrixModel,
  layout: MatrixLayout,
  { row, column }: Pointed,
  colors: Palette,
) {
  const { context } = sheet;
  const { left, top, cellHeight, rowStride } = layout;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let r = 0; r < model.rows; r++) {
    const isPointed = r === row;
    if (!isPointed && (r % rowStride || isHidden(r, row, rowStride))) continue;
    const y = top + (r + 0.5) * cellHeight;
    const text = clipText(context, model.rowNames[r], left - 5);
    const weight = row === null && column !== null ? model.values[r * model.columns + column] : NaN;
    paintName(sheet, text, { x: left - 4, y, isPointed, weight, model, colors, align: 'right' });
  }
}

function paintColumnNames(
  sheet: Sheet,
  model: MatrixModel,
  layout: MatrixLayout,
  { row, column }: Pointed,
  colors: Palette,
) {
  const { context } = sheet;
  const { left, top, cellWidth, columnStride, isRotated } = layout;
  for (let c = 0; c < model.columns; c++) {
    const isPointed = c === column;
    if (!isPointed && (c % columnStride || isHidden(c, column, columnStride))) continue;
    const x = left + (c + 0.5) * cellWidth;
    const weight = row === null ? NaN : model.values[row * model.columns + c];
    const text = clipText(context, model.columnNames[c], isRotated ? top - 5 : columnStride * cellWidth);
    context.save();
    context.translate(x, top - 4);
    if (isRotated) context.rotate(-Math.PI / 2);
    const align = isRotated ? 'left' : 'center';
    const y = isRotated ? 0 : -5;
    paintName(sheet, text, { x: 0, y, isPointed, weight, model, colors, align });
    context.restore();
  }
}

/** True for a label that would stand behind that of the pointed row or column. */
const isHidden = (index: number, pointed: number | null, stride: number): boolean =>
  pointed !== null && stride > 1 && Math.abs(index - pointed) < stride;

interface Name {
  readonly x: number;
  readonly y: number;
  readonly isPointed: boolean;
  /** Weight that colours the name; NaN for none. */
  readonly weight: number;
  readonly model: MatrixModel;
  readonly colors: Palette;
  readonly align: 'left' | 'right' | 'center';
}

const NAME_HEIGHT = 13;

function paintName({ context }: Sheet, text: string, name: Name): void {
  const { x, y, isPointed, weight, model, colors, align } = name;
  const width = context.measureText(text).width;
  const start = x - { left: 0, right: width, center: width / 2 }[align];
  const index = Number.isNaN(weight) ? -1 : model.colors.index(weight);
  context.fillStyle = isPointed ? colors.ink : colors.muted;
  if (index >= 0) {
    context.fillStyle = model.colors.css[index];
    context.fillRect(start - 2, y - NAME_HEIGHT / 2, width + 4, NAME_HEIGHT);
    context.fillStyle = model.colors.ink[index];
  }
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
  if (isPointed) context.fillRect(start, y + NAME_HEIGHT / 2 - 1, width, 1);
}
