import { expect, it } from 'vitest';
import { makeColormap } from '../../state/colormap.ts';
import { MINIMAP_WIDTH, paintMinimap, poolLines, poolRows, poolTokens } from './minimap.ts';
import { layoutText, type TextLayout } from './text-layout.ts';
import { findSetting } from './tokens.ts';

const layout = (...starts: number[]) =>
  ({ lines: starts.length - 1, starts: Uint32Array.from(starts) }) as unknown as TextLayout;

it('keeps the spike of many lines that fall into one row', () => {
  expect(
    [...poolLines(layout(0, 2, 4, 6, 8), Float32Array.of(0.1, 0, 0, -0.9, 0.2, 0, NaN, 0.3), 2, 0)].map(
      (v) => Math.round(v * 10) / 10,
    ),
  ).toEqual([-0.9, 0.3]);
});

it('repeats a line over several rows, and leaves what is missing empty', () => {
  expect([...poolLines(layout(0, 1, 2), Float32Array.of(1, NaN), 4, 0)]).toEqual([1, 1, NaN, NaN]);
});

/** A text of lines of one letter. */
function lines(count: number): TextLayout {
  const table = ['a', '\n'];
  const tokens = Uint32Array.from({ length: 2 * count }, (_, i) => i % 2);
  return layoutText({
    tokens,
    lengths: [2 * count],
    widths: Float32Array.of(8, 8),
    setting: findSetting(table),
    width: 99,
    gap: 0,
  });
}

it('ticks stand in the rows of their tokens', () => {
  expect([...poolTokens(lines(8), Uint32Array.of(0, 6, 15, 99), 4)]).toEqual([1, 1, 0, 1]);
  expect([...poolTokens(lines(2), Uint32Array.of(2), 4)]).toEqual([0, 0, 1, 1]);
});

it('paints colours, ticks, and what is marked', () => {
  const rects: [string, number, number, number, number][] = [];
  const context = {
    canvas: { width: MINIMAP_WIDTH, height: 8 },
    fillStyle: '',
    fillRect: (...rect: [number, number, number, number]) => rects.push([context.fillStyle, ...rect]),
  };
  const [text, colors] = [lines(8), makeColormap({ low: -1, high: 1, diverging: true })];
  const values = new Float32Array(16).fill(NaN);
  values[5] = -1;
  const hits = { first: Uint32Array.of(6), end: Uint32Array.of(7), more: false };
  const rows = poolRows(text, values, colors, Uint32Array.of(4), hits, 8);
  paintMinimap(
    context as unknown as CanvasRenderingContext2D,
    text,
    rows,
    colors,
    { range: [2, 8], pinned: 0, hover: 14 },
    { page: 'page', ink: 'ink', muted: 'muted', accent: 'accent' },
    1,
  );
  expect(rects).toEqual([
    ['page', 0, 0, MINIMAP_WIDTH, 8],
    [colors.css[0], 4, 2, 10, 1],
    ['ink', 15, 2, 4, 1],
    ['accent', 20, 3, 4, 1],
    ['accent', 0, 1, 3, 3],
    ['ink', 0, 0, MINIMAP_WIDTH, 2],
    ['muted', 0, 7, MINIMAP_WIDTH, 1],
  ]);
});
