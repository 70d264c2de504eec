import type { SettingValue } from '../../state/settings.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Digest, Index, ProbeInfo, RunInfo, Severity } from '../../data/types.ts';
import { findRun, nearestStep, type WishedCompared } from '../../state/resolve-selection.ts';
import { MAX_RECORDINGS } from '../../state/compared-recording.ts';
import type { Change, Selection } from '../../state/store.ts';

export type Sort = SettingValue<'runs-sort'>;

/** Probe of a run to summarize: the chosen one, else the first not generated. */
export function probeOf({ probes }: RunInfo, name: string): ProbeInfo | null {
  return probes.find(({ probe }) => probe === name) ?? probes.find(({ generated }) => !generated) ?? probes[0] ?? null;
}

/** In the order asked for; what has no loss yet comes last, in the order of names. */
export function sorted(runs: readonly RunInfo[], sort: Sort, lossOf: (run: RunInfo) => number | null): RunInfo[] {
  const byName = (a: RunInfo, b: RunInfo) => a.name.localeCompare(b.name, undefined, { numeric: true });
  if (sort === 'newest') return [...runs].sort((a, b) => b.wallTime - a.wallTime || byName(a, b));
  if (sort === 'name') return [...runs].sort(byName);
  const losses = new Map(runs.map((run) => [run, lossOf(run) ?? Infinity]));
  return [...runs].sort((a, b) => losses.get(a)! - losses.get(b)! || 0 || byName(a, b));
}

/** First and last loss that were logged. */
export function lossesOf(digests: readonly Digest[]): { readonly first: number; readonly last: number } | null {
  const told = digests.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  return told.length ? { first: told[0], last: told[told.length - 1] } : null;
}

/** Bytes written by a run, by its newest digest that has the number. */
export const bytesOf = (digests: readonly Digest[]): number | null =>
  digests.findLast(({ bytes }) => bytes !== null)?.bytes ?? null;

export function byteSize(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  const size = bytes / (unit as number);
  return `${size < 10 ? size.toFixed(1) : size.toFixed(0)} ${name}`;
}

/** The letters of the sides that show a run: A first. */
export const lettersOf = (run: string, { run: a, compare, more }: Selection): string[] =>
  [a, ...(compare ? [compare.run, ...more.map((one) => one.run)] : [])].flatMap((other, i) =>
    other === run ? [String.fromCharCode(65 + i)] : [],
  );

const LAST = 'last';

/** The runs that are compared, B first, as they were wished for. */
function comparedOf({ compare, more }: Selection, wished: readonly WishedCompared[]): WishedCompared[] {
  return compare ? [compare, ...more].map((one, i) => (wished[i]?.run === one.run ? wished[i] : one)) : [];
}

/** Makes a run A. Where it was compared before, the run that was A takes its place. */
export function selectionOf(
  run: string,
  index: Index,
  selection: Selection,
  wished: readonly WishedCompared[],
): Change {
  const steps =
    findRun(index, run)?.probes.find(({ probe }) => probe === selection.probe)?.steps ??
    findRun(index, run)?.probes[0]?.steps ??
    [];
  const compared = comparedOf(selection, wished).map((one) =>
    one.run === run ? { run: selection.run, step: selection.step } : one,
  );
  return { run, ...(steps.length ? { step: nearestStep(steps, LAST) } : {}), ...written(compared) };
}

/** Adds a run to the comparison or removes it; null if there is no room. */
export function comparisonOf(run: string, selection: Selection, wished: readonly WishedCompared[]): Change | null {
  const compared = comparedOf(selection, wished);
  const rest = compared.filter((one) => one.run !== run);
  if (rest.length < compared.length) return written(rest);
  return compared.length + 1 < MAX_RECORDINGS ? written([...compared, { run, step: LAST }]) : null;
}

const written = ([first, ...more]: readonly WishedCompared[]): Change => ({ compare: first ?? null, more });

export interface OverviewRow {
  readonly run: RunInfo;
  readonly probe: ProbeInfo | null;
  /** Empty where they were not read. */
  readonly digests: readonly Digest[];
}

/** A row for each run; what was not read yet is null. */
export function overviewTable(rows: readonly OverviewRow[]): ExportTable {
  const severe = (digest: Digest | undefined, severity: Severity) =>
    digest ? digest.doctor.filter((symptom) => symptom.severity === severity).length : null;
  const columns: Record<string, (row: OverviewRow, last: Digest | undefined) => string | number | null> = {
    run: ({ run }) => run.run,
    name: ({ run }) => run.name,
    'wall time': ({ run }) => run.wallTime,
    probe: ({ probe }) => probe?.probe ?? null,
    'last step': ({ probe }, last) => last?.step ?? probe?.steps.at(-1) ?? null,
    'first loss': ({ digests }) => lossesOf(digests)?.first ?? null,
    'last loss': ({ digests }) => lossesOf(digests)?.last ?? null,
    layers: ({ probe }) => probe?.layers.length ?? null,
    units: ({ probe }) => probe?.layers.reduce((sum, { units }) => sum + units, 0) ?? null,
    tokens: (_, last) => last?.tokens ?? null,
    bytes: ({ digests }) => bytesOf(digests),
    errors: (_, last) => severe(last, 'error'),
    warnings: (_, last) => severe(last, 'warning'),
    notes: (_, last) => severe(last, 'note'),
  };
  return {
    kind: 'table',
    name: 'runs',
    columns: Object.entries(columns).map(([name, find]) => ({
      name,
      values: rows.map((row) => find(row, row.digests.at(-1))),
    })),
  };
}
