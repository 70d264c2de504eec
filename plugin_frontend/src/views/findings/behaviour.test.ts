import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../data/types.ts';
import { matchBehaviour, type Behaviour } from './behaviour.ts';
import { renderInChunks } from './render-in-chunks.ts';
import { scaleOf } from './robust-scale.ts';
import { tokenRangesWhere, type TokenRange } from './token-ranges.ts';

const TOKENS = 400;

/** Normal numbers, the same ones every time. */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 || 0.5;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const matrixOf = (rows: readonly Float32Array[]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  scale: Float32Array.of(),
  codes: null,
  row: (r) => rows[r],
  missing: () => 0,
});

function rowsOf(units: number, tokens = TOKENS): Float32Array[] {
  const next = noise(7);
  return Array.from({ length: units }, () => Float32Array.from({ length: tokens }, () => 0.1 * next()));
}

function raise(row: Float32Array, by: number, ...stretches: TokenRange[]): void {
  for (const [first, end] of stretches) for (let token = first; token < end; token++) row[token] += by;
}

function match(
  rows: readonly Float32Array[],
  tokens: TokenRange,
  threshold = 2,
  lengths = [rows[0].length],
): Behaviour {
  const work = matchBehaviour(matrixOf(rows), lengths, tokens, threshold);
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

describe('planted units', () => {
  const rows = rowsOf(40);
  raise(rows[3], 2, [100, 110], [200, 210], [300, 305]);
  raise(rows[7], -3, [100, 110], [200, 210]);
  raise(rows[9], 2, [98, 112]);
  raise(rows[11], 2, [100, 108]);
  const behaviour = match(rows, [100, 110]);

  it('are those that are on throughout and off on both sides, high or low; the clearest first', () => {
    expect(behaviour.units.map(({ unit, sign }) => [unit, sign])).toEqual([
      [7, -1],
      [3, 1],
    ]);
    for (const { within, beside } of behaviour.units) expect(within).toBeGreaterThan(2 + beside);
  });

  it('are on together elsewhere, and not where one of them is alone', () => {
    expect(behaviour.similar).toEqual([{ tokens: [200, 210], together: 2 }]);
  });

  it('are more than would be on at any other place', () => {
    expect(behaviour.expected).toBeLessThan(0.02);
  });
});

it('where every unit is noise, as many are on as anywhere', () => {
  const rows = rowsOf(300);
  const counts = Array.from({ length: 40 }, (_, k) => match(rows, [5 + 9 * k, 6 + 9 * k]));
  const mean = counts.reduce((sum, { units }) => sum + units.length, 0) / counts.length;
  expect(Math.abs(mean - counts[0].expected)).toBeLessThan(0.2 * mean);
  expect(match(rows, [100, 104])).toEqual({ units: [], expected: 0, similar: [], sought: 0 });
});

it('the ends of a sequence need no neighbours, and nothing reaches across them', () => {
  const rows = rowsOf(3);
  raise(rows[1], 2, [200, 210], [90, 100], [300, 310]);
  expect(match(rows, [200, 210], 2, [200, 10, 90, 100]).units.map(({ unit }) => unit)).toEqual([1]);
  expect(match(rows, [300, 310], 8, [200, 100, 100]).similar.map(({ tokens }) => tokens)).toEqual([
    [90, 100],
    [200, 210],
  ]);
});

it('units without numbers, or with one number, are never on', () => {
  const rows = [new Float32Array(50), new Float32Array(50).fill(NaN), ...rowsOf(1, 50)];
  rows[2][20] = NaN;
  expect(match(rows, [20, 21]).units).toEqual([]);
});

it('a unit that is nearly always the same has a scale nevertheless', () => {
  const row = new Float32Array(100);
  raise(row, 1, [40, 50]);
  expect(match([row], [40, 50]).units.map(({ unit }) => unit)).toEqual([0]);
});

it('the scale is that of a normal distribution, whatever a few values are', () => {
  const [row] = rowsOf(1, 20_000);
  raise(row, 50, [0, 500]);
  expect(Math.abs(scaleOf(row)!.deviation - 0.1)).toBeLessThan(0.01);
  expect(scaleOf(row)!.median).toBeCloseTo(0, 2);
});

it('the scale is that of all values where these are few', () => {
  expect(scaleOf(Float32Array.of(1, 5, 2, NaN, 9))).toEqual({ median: 3.5, deviation: 1.4826 * 2 });
  expect(scaleOf(Float32Array.of(1, 4, 2))).toEqual({ median: 2, deviation: 1.4826 });
});

it('stretches are as long as they can be within a sequence', () => {
  expect(tokenRangesWhere((token) => token !== 2 && token < 8, [5, 4, 1])).toEqual([
    [0, 2],
    [3, 5],
    [5, 8],
  ]);
  expect(tokenRangesWhere(() => true, [2, 0, 1])).toEqual([
    [0, 2],
    [2, 3],
  ]);
});

describe('in pieces', () => {
  function* slow(): Generator<number, string> {
    for (let i = 1; i <= 4; i++) {
      const end = performance.now() + 5;
      while (performance.now() < end);
      yield i / 4;
    }
    return 'done';
  }

  it('work is done in the end, and tells how far it is', async () => {
    const progress: number[] = [];
    expect(await renderInChunks(slow(), new AbortController().signal, (done) => progress.push(done))).toBe('done');
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual([...progress].sort());
  });

  it('work that is called off ends', async () => {
    const control = new AbortController();
    const end = renderInChunks(slow(), control.signal, () => control.abort());
    expect(await end).toBeNull();
  });
});
