import { describe, expect, it } from 'vitest';
import { makeColormap } from '../../state/colormap.ts';
import { layoutText } from './text-layout.ts';
import { paintText } from './text-paint.ts';
import type { TextMarks } from './text-marks.ts';
import { visibleLines, type TextPicture } from './text-picture.ts';
import { lineHeightWith, stripAt } from './text-strips.ts';
import { findSetting } from './tokens.ts';

/** Notes what is drawn, in which colour. */
class Notes {
  readonly rects: [string, number, number, number, number][] = [];
  readonly texts: [string, string, number][] = [];
  readonly strokes: [string, number, ...number[]][] = [];
  readonly directions: [text: string, direction: string][] = [];
  direction = '';
  fillStyle = '';
  strokeStyle = '';
  lineWidth = 1;
  strokeRect = (...rect: number[]) => this.strokes.push([this.strokeStyle, this.lineWidth, ...rect]);
  fillRect = (...rect: [number, number, number, number]) => this.rects.push([this.fillStyle, ...rect]);
  fillText = (text: string, x: number) => {
    this.texts.push([this.fillStyle, text, x]);
    this.directions.push([text, this.direction]);
  };
  setTransform = () => {};
  createPattern = () => 'hatch';
}

function paint(
  text: string,
  values: number[],
  mask: number[] | null = null,
  more: Partial<TextPicture> = {},
  marks: TextMarks | null = null,
): Notes {
  const table = [...new Set(text)];
  const tokens = Uint32Array.from(text, (letter) => table.indexOf(letter));
  const setting = findSetting(table);
  const layout = layoutText({
    tokens,
    lengths: [tokens.length],
    widths: new Float32Array(table.length).fill(10),
    setting,
    width: 1000,
    gap: 0,
  });
  const picture: TextPicture = {
    layout,
    tokens,
    table,
    setting,
    signs: false,
    values: Float32Array.from(values),
    colors: makeColormap({ low: -1, high: 1, diverging: true }),
    mask: mask && Uint8Array.from(mask),
    categories: null,
    strips: [],
    stripColors: more.strips?.map(() => makeColormap({ low: -1, high: 1, diverging: true })) ?? [],
    clipped: new Map(),
    roles: null,
    shade: null,
    rowsPerSequence: 1,
    promptTokens: 0,
    style: {
      font: '',
      textHeight: 20,
      lineHeight: 20,
      left: 0,
      margin: 0,
      ink: 'ink',
      muted: 'muted',
      page: 'page',
      accent: 'accent',
      error: 'error',
    },
    ...more,
  };
  const notes = new Notes();
  paintText(notes as unknown as CanvasRenderingContext2D, picture, { width: 100, height: 20, top: 0, ratio: 1 }, marks);
  return notes;
}

it('mirrors the brackets of a line from right to left, and not those within a run of another script', () => {
  const text = '\u05db\u05df (12) \u05db a[b';
  const { directions } = paint(text, Array(text.length).fill(0));
  expect(directions.filter(([letter]) => '([)1a'.includes(letter[0]))).toEqual([
    ['(', 'rtl'],
    ['12', 'ltr'],
    [')', 'rtl'],
    ['a[b', 'ltr'],
  ]);
});

describe('a line of text', () => {
  const colors = makeColormap({ low: -1, high: 1, diverging: true });

  it('stands on the colours of its values, without seams', () => {
    const { rects } = paint('ab', [1, -1]);
    expect(rects).toEqual([
      ['page', 0, 0, 100, 20],
      [colors.css[255], 0, 2, 10, 16],
      [colors.css[0], 10, 2, 10, 16],
    ]);
  });

  it('is set in one stroke for each ink', () => {
    expect(paint('abcd', [0, 0, 1, 0]).texts).toEqual([
      ['#000', 'ab', 0],
      ['#fff', 'c', 20],
      ['#000', 'd', 30],
    ]);
  });

  it('is underlined where the feature matches', () => {
    const { rects } = paint('ab', [0, 0], [0, 1]);
    expect(rects.at(-1)!.slice(1)).toEqual([10.5, 16, 9, 1.5]);
  });
});

it('the prompt has a rule above it, and one where it ends', () => {
  const { rects } = paint('abcd', [0, 0, 0, 0], null, { promptTokens: 3 });
  expect(rects.slice(-2)).toEqual([
    ['ink', 0, 0, 30, 1.5],
    ['ink', 29.25, 0, 1.5, 18],
  ]);
});

it('what is too long is painted as far as it goes', () => {
  expect(paint('ab', [0, 0], null, { clipped: new Map([[1, 'b…']]) }).texts.map(([, text]) => text)).toEqual(['ab…']);
});

it('only lines in view are painted', () => {
  const layout = { lines: 1000 } as unknown as TextPicture['layout'];
  expect(visibleLines(layout, { width: 1, height: 100, top: 205, ratio: 1 }, 20)).toEqual([10, 17]);
  expect(visibleLines(layout, { width: 1, height: 100, top: 1e6, ratio: 1 }, 20)).toEqual([1000, 1000]);
});

describe('strips', () => {
  const colors = makeColormap({ low: -1, high: 1, diverging: true });
  const style = {
    font: '',
    textHeight: 20,
    lineHeight: lineHeightWith(20, 2),
    left: 0,
    margin: 0,
    ink: 'ink',
    muted: 'muted',
    page: 'page',
    accent: 'accent',
    error: 'error',
  };

  it('stand under the letters in their order, in the colours of the units', () => {
    const hatch = `rgb(${colors.hatch.ground})`;
    const { rects } = paint('ab', [0, 0], null, { strips: [Float32Array.of(1, -1), Float32Array.of(NaN, 1)], style });
    expect(rects.slice(3)).toEqual([
      [colors.css[255], 0, 20, 10, 6],
      [hatch, 0, 27, 10, 6],
      [colors.css[0], 10, 20, 10, 6],
      [colors.css[255], 10, 27, 10, 6],
    ]);
  });

  it('are hatched while they are not there', () => {
    expect(paint('a', [0], null, { strips: [null], style }).rects.at(-1)![0]).toBe(`rgb(${colors.hatch.ground})`);
  });

  it('make a line higher, and are found by their height', () => {
    expect([lineHeightWith(24, 0), lineHeightWith(24, 1), lineHeightWith(24, 8)]).toEqual([24, 33, 82]);
    expect([0, 23, 24, 30, 31, 37, 39].map((y) => stripAt(y, 24, 2))).toEqual([-1, -1, 0, 0, 1, 1, 1]);
  });
});

describe('marks for a while', () => {
  const hits = { first: Uint32Array.of(1, 3), end: Uint32Array.of(3, 4), more: false };

  it('are an outline around every hit, a thick one around the one gone to', () => {
    const { strokes } = paint('abcd', [0, 0, 0, 0], null, {}, { hits, hit: 1, range: null });
    expect(strokes).toEqual([
      ['page', 3, 10, 2, 20, 16],
      ['ink', 1.5, 10, 2, 20, 16],
      ['page', 4.5, 30, 2, 10, 16],
      ['accent', 3, 30, 2, 10, 16],
    ]);
  });

  it('are a frame along a range', () => {
    const { rects } = paint('abcd', [0, 0, 0, 0], null, {}, { hits: null, hit: -1, range: [1, 3] });
    expect(rects.slice(-4)).toEqual([
      ['accent', 10, 0, 20, 2],
      ['accent', 10, 18, 20, 2],
      ['accent', 8, 0, 2, 20],
      ['accent', 30, 0, 2, 20],
    ]);
  });
});
