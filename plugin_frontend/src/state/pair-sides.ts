import type { MatrixInfo, ProbeInfo, RunInfo } from '../data/types.ts';

/** Probes of the two sides of a pair. */
export interface PairSides {
  readonly source: ProbeInfo;
  /** Probe itself: its steps are those of the target. */
  readonly target: ProbeInfo;
}

/** Name of the axis that the tokens of a probe belong to. */
export const axisOf = ({ stepsOf, signal }: ProbeInfo): string => stepsOf ?? (signal ? 'time' : 'tokens');

/**
 * Probe whose text has the tokens of an axis.
 * Null if the log has none: entries are numbered.
 */
export function probeOfAxis(run: RunInfo, probe: ProbeInfo, axis: string): ProbeInfo | null {
  if (!axis) return null;
  if (axisOf(probe) === axis) return probe;
  return run.probes.find((other) => other.parent === probe.probe && axisOf(other) === axis) ?? null;
}

/**
 * Sides of the pair that a probe is one side of; null if it is none.
 * Both sides are texts. Steps that a layer has of its own are no side.
 */
export function pairSides(probes: readonly ProbeInfo[], chosen: string): PairSides | null {
  const own = probes.find(({ probe }) => probe === chosen);
  const target = own && probes.find(({ probe }) => probe === (own.parent ?? own.probe));
  if (!own || !target || target.stepsOf === null) return null;
  const others = probes.filter(({ parent }) => parent === target.probe);
  const source = others.find(({ stepsOf }) => stepsOf === 'source') ?? others[0];
  if (!source || (own !== source && own !== target) || source.signal || target.signal) return null;
  return { source, target };
}

/** Matrices between the two sides of a pair, such as attention. */
export const matricesBetween = ({ source, target }: PairSides): readonly MatrixInfo[] => {
  const axes = [axisOf(source), axisOf(target)].sort().join('\n');
  return target.matrices.filter(({ rows, columns }) => [rows, columns].sort().join('\n') === axes);
};
