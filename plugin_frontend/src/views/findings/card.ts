import type { Digest, Finding, FeatureQueryResult } from '../../data/types.ts';
import { FINDING_COLUMNS, valueOf } from './finding-columns.ts';
import { mapping } from './yaml.ts';

/** The recording that a finding is of. */
export interface Origin {
  /** Name of the run. */
  readonly run: string;
  readonly probe: string;
  readonly step: number;
  readonly digest: Digest | null;
  /** Result of the feature query, if the finding comes from one. */
  readonly queryResult: FeatureQueryResult | null;
}

export interface Card {
  readonly file: string;
  readonly text: string;
  /** Command that tests the finding on another run. */
  readonly command: string;
}

/** Finding as a YAML card: the finding, its origin and its statistics. */
export function cardOf(h: Finding, origin: Origin): Card {
  const file = `finding-${slug(h.feature)}-${h.unit}.yaml`;
  const { run, probe, step } = origin;
  const { layer, quantity, unit, aspect } = h;
  const evidence = Object.fromEntries(
    FINDING_COLUMNS.filter(({ shownIn }) => shownIn.includes('card')).map((column) => [column.id, valueOf(column, h)]),
  );
  return {
    file,
    text: mapping({
      rnnviz_finding: 1,
      feature: featureOf(h, origin),
      run,
      probe,
      step,
      layer,
      quantity,
      unit,
      ...(aspect === 'swing' ? { aspect } : {}),
      evidence,
    }),
    command: `python -m trainer retest ${file} logs/run2`,
  };
}

/** The mapping that makes the feature again, or its name alone. */
function featureOf({ feature: name }: Finding, { digest, queryResult }: Origin): Readonly<Record<string, unknown>> {
  const spec = queryResult?.name === name ? queryResult.spec : digest?.features.find((one) => one.name === name)?.spec;
  return { name, ...spec };
}

/** A feature's name as part of a file's: letters, digits and what joins them. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return [...plain].slice(0, 40).join('') || 'feature';
}
