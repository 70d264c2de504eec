import type { Finding } from '../../data/types.ts';
import { useOf, type Use } from '../../state/finding-context.ts';
import type { Axis, Scatter } from '../../ui/draw/scatter.ts';
import { formatCount, formatNumber, spaced, truncate } from '../../ui/format.ts';
import { chanceLevel } from './chance-level.ts';
import { isSignificant, type Row } from './finding-rows.ts';
import type { FindingsContext } from './findings-context.ts';
import { type Wording } from '../../state/wording.ts';

/** Quadrant of a finding: by association and by ablation effect. */
export type Quadrant = 'associated and used' | 'associated, not used' | 'used, not associated' | 'neither';

const QUADRANTS: readonly Quadrant[] = [
  'associated and used',
  'associated, not used',
  'used, not associated',
  'neither',
];
/** Share of the extent that stays free at the ends of an axis. */
const PADDING = 0.06;

/** Finding of one recording as a point of the plot. */
export interface QuadrantPoint {
  readonly row: Row;
  readonly finding: Finding;
  /** Index of the recording. */
  readonly recording: number;
  /** Size of the association, in standard deviations. */
  readonly x: number;
  /** Ablation effect in nats per token; NaN if it was not measured. */
  readonly y: number;
  readonly use: Use | null;
  readonly quadrant: Quadrant | null;
}

export function quadrantOf(finding: Finding): Quadrant | null {
  const use = useOf(finding);
  if (!use) return null;
  return QUADRANTS[(isSignificant(finding) ? 0 : 2) + (use === 'used' ? 0 : 1)];
}

/** Findings of all recordings by the size of their association. */
export const quadrantPoints = (rows: readonly Row[]): QuadrantPoint[] =>
  rows
    .flatMap((row) =>
      row.findings.flatMap((finding, recording): QuadrantPoint[] =>
        finding && Number.isFinite(finding.effect) ? [pointOf(row, finding, recording)] : [],
      ),
    )
    .sort((a, b) => a.x - b.x);

function pointOf(row: Row, finding: Finding, recording: number): QuadrantPoint {
  const effect = finding.ablation?.effect ?? NaN;
  return {
    ...{ row, finding, recording },
    x: Math.abs(finding.effect),
    y: Number.isFinite(effect) ? effect : NaN,
    use: useOf(finding),
    quadrant: quadrantOf(finding),
  };
}

/** Scatter plot of association (to the right) against ablation effect (upwards). */
export function quadrantScatter(
  points: readonly QuadrantPoint[],
  { selectedKey, recordings, isHovered, wording }: FindingsContext,
): Scatter {
  const several = recordings.length > 1;
  const findings = points.map(({ finding }) => finding);
  const chance = chanceLevel(findings).above;
  const unmeasured = points.filter(({ y }) => Number.isNaN(y)).length;
  const nameOf = (index: number) => describe(points[index], several ? recordings[points[index].recording].letter : '');
  return {
    label: 'Association (effect size) against ablation effect',
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    ...axesOf(findings, wording),
    at: {
      x: Number.isNaN(chance) ? null : chance,
      y: 0,
      title:
        `The smallest effect above chance among those shown: ${formatNumber(chance)}. ` + 'Chance ends there or below.',
    },
    nameOf,
    mark: (index) => {
      const { row, finding, recording, use, quadrant } = points[index];
      const { pin } = row;
      const pressed = row.key === selectedKey;
      return {
        name: nameOf(index),
        label: `${several ? `${recordings[recording].letter} ` : ''}${truncate(pin.feature, 14)} ${pin.unit}`,
        labelRank: 2 * Number(pressed) + Number(row.pinned),
        interval: finding.ablation && { low: finding.ablation.low, high: finding.ablation.high },
        shape: use === 'used elsewhere' ? 'diamond' : 'circle',
        filled: use === 'used',
        faint: !isSignificant(finding),
        hovered: isHovered(row),
        pressed,
        ...(several ? { color: recordings[recording].color } : {}),
        group: quadrant ?? 'not measured',
      };
    },
    joins: joinsOf(points),
    corners: cornersOf(points),
    rug: unmeasured ? `| ${formatCount(unmeasured)} not measured` : '',
  };
}

/** Axes from zero, never without extent, with room at their ends. */
function axesOf(findings: readonly Finding[], wording: Wording): { readonly across: Axis; readonly up: Axis } {
  const ends = findings.flatMap(({ ablation }) =>
    ablation ? [ablation.effect, ablation.low, ablation.high].filter(Number.isFinite) : [],
  );
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const padding = PADDING * (high - low || 1);
  const largest = Math.max(0, ...findings.map(({ effect }) => Math.abs(effect)));
  return {
    across: { title: 'effect size (association), sd', low: 0, high: largest * (1 + PADDING) || 1 },
    up: { title: wording('ablation effect, nats per token'), low: low - padding, high: high + padding },
  };
}

/** Pairs of points of the same finding in several recordings. */
function joinsOf(points: readonly QuadrantPoint[]): (readonly [number, number])[] {
  const byRow = new Map<string, number[]>();
  points.forEach(({ row, y }, i) => {
    if (!Number.isNaN(y)) byRow.set(row.key, [...(byRow.get(row.key) ?? []), i]);
  });
  return [...byRow.values()].flatMap((indices) => indices.slice(1).map((to, i) => [indices[i], to] as const));
}

/** Quadrants with their number of findings; on the left only those that have any. */
const cornersOf = (points: readonly QuadrantPoint[]) =>
  QUADRANTS.map((name, i) => ({
    name,
    count: points.filter(({ quadrant, y }) => quadrant === name && !Number.isNaN(y)).length,
    right: i < 2,
    top: i % 2 === 0,
  }))
    .filter(({ right, count }) => right || count)
    .map(({ name, count, right, top }) => ({ text: `${name} · ${count}`, right, top }));

function describe({ row: { pin }, finding, use, quadrant }: QuadrantPoint, letter: string): string {
  const association =
    `${letter ? `${letter}: ` : ''}${truncate(pin.feature)}, ${pin.layer} ${spaced(pin.quantity)} ${pin.unit}: ` +
    `effect ${formatNumber(finding.effect, true)}`;
  if (!finding.ablation || !use) return `${association}, ablation effect not measured`;
  const { effect, low, high } = finding.ablation;
  return (
    `${association}, ${use} ${formatNumber(effect, true)} nats ` +
    `[${formatNumber(low)}, ${formatNumber(high)}]: ${quadrant}`
  );
}
