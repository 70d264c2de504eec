import type { Finding } from '../../data/types.ts';
import { ticks } from '../../ui/draw/axes.ts';
import { useOf, type Use } from '../../state/finding-context.ts';
import { chanceLevel, type ChanceLevel } from './chance-level.ts';
import { isSignificant, type Row } from './rows.ts';

/** Quadrant of a finding: with or without an association, with or without an ablation effect. */
export type Quadrant = 'associated and used' | 'associated, not used' | 'used, not associated' | 'neither';

const QUADRANTS: readonly Quadrant[] = [
  'associated and used',
  'associated, not used',
  'used, not associated',
  'neither',
];

export interface Mark {
  readonly row: Row;
  readonly found: Finding;
  /** Index of the recording. */
  readonly recording: number;
  readonly x: number;
  /** Ablation effect; NaN if it was not measured: such marks stand below the plot. */
  readonly y: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
  readonly use: Use | null;
  readonly quadrant: Quadrant | null;
}

export interface Corner {
  readonly name: Quadrant;
  readonly count: number;
  readonly right: boolean;
  readonly top: boolean;
}

export interface Tick {
  readonly value: number;
  readonly at: number;
  readonly step: number;
}

export interface QuadrantPicture {
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly marks: readonly Mark[];
  readonly unmeasured: readonly Mark[];
  readonly corners: readonly Corner[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Smallest significant effect; null if nothing is significant. */
  readonly chance: { readonly at: number; readonly level: ChanceLevel } | null;
  readonly zero: number;
}

const MARGIN = { left: 48, top: 8, right: 14, bottom: 42 };
const ROOM = 0.06;
const PIXELS_PER_TICK = 70;

export function quadrantOf(h: Finding): Quadrant | null {
  const use = useOf(h);
  if (!use) return null;
  return QUADRANTS[(isSignificant(h) ? 0 : 2) + (use === 'used' ? 0 : 1)];
}

/** Size of the effect to the right, what the unit is used for upwards. */
export function layoutQuadrant(rows: readonly Row[], width: number, height: number): QuadrantPicture {
  const all = rows.flatMap((row) =>
    row.found.flatMap((found, recording) =>
      found && Number.isFinite(found.effect) ? [{ row, found, recording }] : [],
    ),
  );
  const measured = all.flatMap(({ found: { ablation } }) =>
    ablation ? [ablation.effect, ablation.low, ablation.high].filter(Number.isFinite) : [],
  );
  const [low, high] = padded(Math.min(0, ...measured), Math.max(0, ...measured));
  const far = Math.max(0, ...all.map(({ found }) => Math.abs(found.effect))) * (1 + ROOM) || 1;
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    right: Math.max(MARGIN.left + 40, width - MARGIN.right),
    bottom: Math.max(MARGIN.top + 40, height - MARGIN.bottom),
  };
  const x = (value: number) => box.left + (value / far) * (box.right - box.left);
  const y = (value: number) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const within = (value: number, missing: number) => y(Number.isFinite(value) ? value : missing);
  const marks = all
    .map(({ row, found, recording }): Mark => {
      const { ablation } = found;
      const place = {
        row,
        found,
        recording,
        x: x(Math.abs(found.effect)),
        use: useOf(found),
        quadrant: quadrantOf(found),
      };
      if (!ablation || !Number.isFinite(ablation.effect)) return { ...place, y: NaN, low: NaN, high: NaN };
      return {
        ...place,
        y: y(ablation.effect),
        low: within(ablation.low, low),
        high: within(ablation.high, high),
      };
    })
    .sort((a, b) => a.x - b.x);
  const level = chanceLevel(all.map(({ found }) => found));
  return {
    box,
    marks: marks.filter((mark) => !Number.isNaN(mark.y)),
    unmeasured: marks.filter((mark) => Number.isNaN(mark.y)),
    corners: QUADRANTS.map((name, i) => ({
      name,
      count: marks.filter((mark) => mark.quadrant === name && !Number.isNaN(mark.y)).length,
      right: i < 2,
      top: i % 2 === 0,
    })),
    xTicks: ticksOf(0, far, (box.right - box.left) / PIXELS_PER_TICK, x),
    yTicks: ticksOf(low, high, (box.bottom - box.top) / (0.6 * PIXELS_PER_TICK), y),
    chance: Number.isNaN(level.above) ? null : { at: x(level.above), level },
    zero: y(0),
  };
}

/** Never without extent, and with room at both ends. */
function padded(low: number, high: number): readonly [number, number] {
  const extent = high - low || 1;
  return [low - ROOM * extent, high + ROOM * extent];
}

function ticksOf(low: number, high: number, count: number, place: (value: number) => number): Tick[] {
  const values = ticks(low, high, Math.max(2, count));
  const step = values.length > 1 ? values[1] - values[0] : 1;
  return values.map((value) => ({ value, at: place(value), step }));
}
