import type { ProbeInfo } from '../data/types.ts';

/** Layer of a probe or of another axis of the same probe. */
export interface AxisLayer {
  readonly probe: string;
  readonly layer: string;
  readonly cell: string;
  /** Name of the axis; null for the axis that is chosen. */
  readonly axis: string | null;
}

/** Name of the probe that a probe or one of its axes belongs to. */
const familyOf = ({ probe, parent }: ProbeInfo) => parent ?? probe;

/** Name of a probe in a menu: `dates`, and `dates · source` for another axis of it. */
export const probeLabel = ({ probe, parent, stepsOf }: ProbeInfo): string =>
  parent === null ? probe : `${parent} · ${stepsOf ?? probe.slice(parent.length + 1)}`;

/** Probes, each with its other axes behind it. */
export function groupedProbes(probes: readonly ProbeInfo[]): readonly ProbeInfo[] {
  const families = [...new Set(probes.map(familyOf))];
  return families.flatMap((family) => [
    ...probes.filter(({ probe }) => probe === family),
    ...probes.filter(({ parent }) => parent === family),
  ]);
}

/** Layers of the chosen probe, and then those of its other axes. */
export function layersOfAxes(probes: readonly ProbeInfo[], chosen: string): readonly AxisLayer[] {
  const own = probes.find(({ probe }) => probe === chosen);
  if (!own) return [];
  const others = probes.filter((info) => info !== own && familyOf(info) === familyOf(own));
  return [own, ...others].flatMap((info) =>
    info.layers.map(({ layer, cell }) => ({
      probe: info.probe,
      layer,
      cell,
      axis: info === own ? null : (info.stepsOf ?? info.probe),
    })),
  );
}
