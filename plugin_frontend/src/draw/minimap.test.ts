import { expect, it } from 'vitest';
import { poolLines } from './minimap.ts';
import type { TextLayout } from './text-layout.ts';

const layout = (...starts: number[]) => ({ lines: starts.length - 1, starts: Uint32Array.from(starts) }) as unknown as TextLayout;

it('keeps the spike of many lines that fall into one row', () => {
  expect([...poolLines(layout(0, 2, 4, 6, 8), Float32Array.of(0.1, 0, 0, -0.9, 0.2, 0, NaN, 0.3), 2, 0)].map((v) => Math.round(v * 10) / 10)).toEqual([-0.9, 0.3]);
});

it('repeats a line over several rows, and leaves what is missing empty', () => {
  expect([...poolLines(layout(0, 1, 2), Float32Array.of(1, NaN), 4, 0)]).toEqual([1, 1, NaN, NaN]);
});
