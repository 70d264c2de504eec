import type { Matrix } from '../../data/types.ts';
import { scaleOf, type Scale } from './robust-scale.ts';
import { tokenRangesWhere, type TokenRange } from './token-ranges.ts';

/** A unit that is on throughout a stretch and off on both sides of it. */
export interface On {
  readonly unit: number;
  /** 1: above its median, -1: below it. */
  readonly sign: 1 | -1;
  /** Smallest deviation in the range and largest beside it, in robust deviations. */
  readonly within: number;
  readonly beside: number;
}

/** Another stretch over which the same units are on. */
export interface Similar {
  readonly tokens: TokenRange;
  /** At least so many of them at every token. */
  readonly together: number;
}

export interface Behaviour {
  /** Clearest first. */
  readonly units: readonly On[];
  /** Expected number of units on over a range of this length, at a random position. */
  readonly expected: number;
  /** Most alike first. */
  readonly similar: readonly Similar[];
  /** So many of the units, the clearest, were looked for elsewhere. */
  readonly sought: number;
}

/** So many of the clearest units make a pattern to look for. */
const MOST_SOUGHT = 12;
/** Share of the units that must be on together. */
const TOGETHER = 0.75;
const MOST_SIMILAR = 50;

/**
 * Units that are on over a whole range of tokens and off beside it, as in LSTMVis.
 * Strobelt et al., 2018, but for the scale: a unit is on if its activity, less its median, is at least `threshold`
 * robust standard deviations out at every token of the range, on one side, and less at the tokens before and
 * behind it in the same sequence. Yields the share that is done, 0 to 1, after every unit.
 */
export function* matchBehaviour(
  matrix: Matrix,
  lengths: readonly number[],
  tokens: TokenRange,
  threshold: number,
): Generator<number, Behaviour> {
  const [first, end] = tokens;
  const bounds = boundsOf(lengths);
  const places = lengths.reduce((sum, length) => sum + Math.max(0, length - (end - first) + 1), 0);
  const units: On[] = [];
  let runs = 0;
  for (let unit = 0; unit < matrix.rows; unit++) {
    const row = matrix.row(unit);
    const scale = scaleOf(row);
    if (scale) {
      const on = onOver(row, scale, tokens, bounds, threshold);
      if (on) units.push({ unit, ...on });
      runs += countRuns(row, lengths, scale, threshold, end - first);
    }
    yield (unit + 1) / matrix.rows;
  }
  units.sort((a, b) => b.within - b.beside - (a.within - a.beside));
  const sought = units.slice(0, MOST_SOUGHT);
  return {
    units,
    expected: places > 1 ? (runs - units.length) / (places - 1) : 0,
    similar: similarTo(matrix, lengths, tokens, sought, threshold),
    sought: sought.length,
  };
}

/** True if the value at a token is out on this side. */
function levelOf(
  row: Float32Array,
  { median, deviation }: Scale,
  sign: 1 | -1,
  threshold: number,
): (token: number) => boolean {
  const level = threshold * deviation;
  return (token) => sign * (row[token] - median) >= level;
}

/** Number of times that a unit is on, on either side, for exactly this many tokens. */
function countRuns(
  row: Float32Array,
  lengths: readonly number[],
  { median, deviation }: Scale,
  threshold: number,
  runLength: number,
): number {
  const [low, high] = [median - threshold * deviation, median + threshold * deviation];
  let runs = 0;
  let begin = 0;
  for (const length of lengths) {
    let [recording, since] = [0, begin];
    for (let token = begin; token <= begin + length; token++) {
      const now = token === begin + length ? 0 : row[token] >= high ? 1 : row[token] <= low ? -1 : 0;
      if (now === recording) continue;
      if (recording && token - since === runLength) runs++;
      [recording, since] = [now, token];
    }
    begin += length;
  }
  return runs;
}

function onOver(
  row: Float32Array,
  { median, deviation }: Scale,
  [first, end]: TokenRange,
  bounds: ReadonlySet<number>,
  threshold: number,
): Omit<On, 'unit'> | null {
  const sign = row[first] > median ? 1 : -1;
  let within = Infinity;
  for (let token = first; token < end; token++) {
    const out = (sign * (row[token] - median)) / deviation;
    if (!(out >= threshold)) return null;
    within = Math.min(within, out);
  }
  const beside = [bounds.has(first) ? NaN : row[first - 1], bounds.has(end) ? NaN : row[end]]
    .map((value) => (sign * (value - median)) / deviation)
    .filter(Number.isFinite);
  const nearest = Math.max(0, ...beside);
  return nearest >= threshold ? null : { sign, within, beside: nearest };
}

function similarTo(
  matrix: Matrix,
  lengths: readonly number[],
  [first, end]: TokenRange,
  sought: readonly On[],
  threshold: number,
): Similar[] {
  if (!sought.length) return [];
  const count = new Uint8Array(matrix.columns);
  for (const { unit, sign } of sought) {
    const row = matrix.row(unit);
    const isOn = levelOf(row, scaleOf(row)!, sign, threshold);
    for (let token = 0; token < count.length; token++) if (isOn(token)) count[token]++;
  }
  const needed = Math.max(1, Math.ceil(TOGETHER * sought.length));
  const ranges = tokenRangesWhere((token) => count[token] >= needed, lengths).filter(
    ([from, to]) => to <= first || from >= end,
  );
  const unlike = ({ tokens: [from, to] }: Similar) => Math.abs(to - from - (end - first));
  return ranges
    .map((tokens): Similar => ({
      tokens,
      together: count.subarray(...tokens).reduce((least, n) => Math.min(least, n), sought.length),
    }))
    .sort((a, b) => b.together - a.together || unlike(a) - unlike(b) || a.tokens[0] - b.tokens[0])
    .slice(0, MOST_SIMILAR);
}

/** Indices of the tokens that begin a sequence, and the end of the last one. */
function boundsOf(lengths: readonly number[]): ReadonlySet<number> {
  const bounds = new Set([0]);
  let at = 0;
  for (const length of lengths) bounds.add((at += length));
  return bounds;
}
