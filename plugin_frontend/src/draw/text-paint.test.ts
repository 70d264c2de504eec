import { describe, expect, it } from 'vitest';
import { makeColormap } from './colormap.ts';
import { layoutText } from './text-layout.ts';
import { paintText, visibleLines, type TextPicture } from './text-paint.ts';
import { findSetting } from './tokens.ts';

/** Notes what is drawn, in which colour. */
class Notes {
  readonly rects: [string, number, number, number, number][] = [];
  readonly texts: [string, string, number][] = [];
  fillStyle = '';
  fillRect = (...rect: [number, number, number, number]) => this.rects.push([this.fillStyle, ...rect]);
  fillText = (text: string, x: number) => this.texts.push([this.fillStyle, text, x]);
  setTransform = () => {};
  createPattern = () => 'hatch';
}

function paint(text: string, values: number[], mask: number[] | null = null, more: Partial<TextPicture> = {}): Notes {
  const table = [...new Set(text)];
  const tokens = Uint32Array.from(text, (letter) => table.indexOf(letter));
  const setting = findSetting(table);
  const layout = layoutText({ tokens, lengths: [tokens.length], widths: new Float32Array(table.length).fill(10), setting, width: 1000, gap: 0 });
  const picture: TextPicture = {
    layout, tokens, table, setting, signs: false,
    values: Float32Array.from(values),
    colors: makeColormap({ low: -1, high: 1, diverging: true }),
    mask: mask && Uint8Array.from(mask),
    clipped: new Map(), given: 0,
    style: { font: '', lineHeight: 20, left: 0, margin: 0, ink: 'ink', muted: 'muted', page: 'page' },
    ...more,
  };
  const notes = new Notes();
  paintText(notes as unknown as CanvasRenderingContext2D, picture, { width: 100, height: 20, top: 0, ratio: 1 });
  return notes;
}

describe('a line of text', () => {
  const colors = makeColormap({ low: -1, high: 1, diverging: true });

  it('stands on the colours of its values, without seams', () => {
    const { rects } = paint('ab', [1, -1]);
    expect(rects).toEqual([['page', 0, 0, 100, 20], [colors.css[255], 0, 2, 10, 16], [colors.css[0], 10, 2, 10, 16]]);
  });

  it('is set in one stroke for each ink', () => {
    expect(paint('abcd', [0, 0, 1, 0]).texts).toEqual([['#000', 'ab', 0], ['#fff', 'c', 20], ['#000', 'd', 30]]);
  });

  it('is underlined where the feature matches', () => {
    const { rects } = paint('ab', [0, 0], [0, 1]);
    expect(rects.at(-1)!.slice(1)).toEqual([10.5, 16, 9, 1.5]);
  });
});

it('what was given has a rule above it, and one where it ends', () => {
  const { rects } = paint('abcd', [0, 0, 0, 0], null, { given: 3 });
  expect(rects.slice(-2)).toEqual([['ink', 0, 0, 30, 1.5], ['ink', 29.25, 0, 1.5, 18]]);
});

it('what is too long is painted as far as it goes', () => {
  expect(paint('ab', [0, 0], null, { clipped: new Map([[1, 'b…']]) }).texts.map(([, text]) => text)).toEqual(['ab…']);
});

it('only lines in view are painted', () => {
  const layout = { lines: 1000 } as unknown as TextPicture['layout'];
  expect(visibleLines(layout, { width: 1, height: 100, top: 205, ratio: 1 }, 20)).toEqual([10, 17]);
  expect(visibleLines(layout, { width: 1, height: 100, top: 1e6, ratio: 1 }, 20)).toEqual([1000, 1000]);
});
