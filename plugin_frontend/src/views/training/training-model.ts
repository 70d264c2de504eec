import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Scalars } from '../../data/scalars.ts';
import type { Digest } from '../../data/types.ts';
import type { Curve } from './curve.ts';

/** The loss on the probe, which is there without any other scalars. */
export const PROBE_LOSS = 'probe loss';

/** Scalars of the training of one recording. */
export interface Training {
  readonly letter: string;
  readonly series: number;
  readonly run: string;
  readonly digests: readonly Digest[];
  readonly scalars: Scalars | null;
}

/** Sides of the same run are one. */
export function merge(trainings: readonly Training[]): Training[] {
  const runs = new Map<string, Training>();
  for (const one of trainings) {
    const before = runs.get(one.run);
    runs.set(one.run, before ? { ...before, letter: `${before.letter}, ${one.letter}` } : one);
  }
  return [...runs.values()];
}

/** The probe's loss, and every scalar of every run of the training. */
export function curvesOf({ letter, series, run, digests, scalars }: Training): Curve[] {
  const told = digests.filter(({ loss }) => loss !== null);
  const lines = [
    ...(told.length
      ? [
          {
            tag: PROBE_LOSS,
            run,
            role: '',
            steps: column(told, 'step'),
            values: column(told, 'loss'),
            wallTimes: column(told, 'wallTime'),
          },
        ]
      : []),
    ...(scalars?.runs ?? []).flatMap((one) =>
      one.tags.map((line) => ({ ...line, run: one.run, role: one.name === '.' ? '' : one.name })),
    ),
  ];
  const began = Math.min(...lines.map(({ wallTimes }) => wallTimes[0]).filter(Number.isFinite));
  return lines.map((line) => ({ ...line, letter, series, began }));
}

const column = (digests: readonly Digest[], name: 'step' | 'loss' | 'wallTime') =>
  Float64Array.from(digests, (digest) => digest[name] ?? NaN);

/** B less A, of the same tag and role, at the steps that both have. */
export function subtractCurves(a: readonly Curve[], b: readonly Curve[]): Curve[] {
  return b.flatMap((curve) => {
    const other = a.find(({ tag, role }) => tag === curve.tag && role === curve.role);
    if (!other) return [];
    const indices = new Map([...other.steps].map((step, i) => [step, i]));
    const common = [...curve.steps.keys()].filter((i) => indices.has(curve.steps[i]));
    const pick = (values: Float64Array) => Float64Array.from(common, (i) => values[i]);
    const values = Float64Array.from(common, (i) => curve.values[i] - other.values[indices.get(curve.steps[i])!]);
    return common.length
      ? [{ ...curve, letter: 'B − A', series: 0, steps: pick(curve.steps), wallTimes: pick(curve.wallTimes), values }]
      : [];
  });
}

/** True if a tag is the callback's own. */
export const isOurs = (tag: string): boolean => tag === PROBE_LOSS || tag.startsWith('rnnviz/');

/** All tags in order: probe loss, epoch scalars, others, then the callback's. */
export function tagsOf(curves: readonly Curve[]): string[] {
  const rank = (tag: string) => (tag === PROBE_LOSS ? 0 : isOurs(tag) ? 3 : tag.startsWith('epoch_') ? 1 : 2);
  return [...new Set(curves.map(({ tag }) => tag))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Tags shown at first: the probe's loss and the training loss. */
export function usualTags(tags: readonly string[]): string[] {
  const loss = ['epoch_loss', 'loss', 'train/loss'].find((tag) => tags.includes(tag));
  return tags.filter((tag) => tag === PROBE_LOSS || tag === loss);
}

/** The tags that a link names; the usual ones where it names none, or is no list. */
export function readTags(word: string, tags: readonly string[]): string[] {
  try {
    const names: unknown = JSON.parse(word);
    if (Array.isArray(names)) return tags.filter((tag) => names.includes(tag));
  } catch {
    // Not a list: as if nothing were said.
  }
  return usualTags(tags);
}

/**
 * True if a tag counts the same steps as the probe.
 * Nearly all steps of the probe are among its own, and it does not run far beyond them.
 */
export function countsProbeSteps(tag: string, curves: readonly Curve[], probeSteps: readonly number[]): boolean {
  if (tag === PROBE_LOSS) return true;
  const steps = probeSteps.filter((step) => step >= 0);
  if (!steps.length || /(^|\/)batch_|_vs_iterations$/.test(tag)) return false;
  const own = curves.filter((curve) => curve.tag === tag);
  const all = new Set(own.flatMap((curve) => [...curve.steps]));
  const last = Math.max(...all);
  const within = steps.filter((step) => step <= last);
  return (
    within.length > 0 &&
    within.filter((step) => all.has(step)).length >= 0.9 * within.length &&
    last <= 2 * steps[steps.length - 1] + 2
  );
}

export interface Setting {
  readonly name: string;
  /** One value a run; null where the run does not say. */
  readonly values: readonly (string | number | boolean | null)[];
  /** True if runs differ in it. */
  readonly differs: boolean;
}

export interface Settings {
  readonly runs: readonly { readonly run: string; readonly letter: string }[];
  readonly settings: readonly Setting[];
}

/** The hyper-parameters of all runs, those that differ first. */
export function settingsOf(trainings: readonly Training[]): Settings {
  const runs = new Map(
    trainings.flatMap(({ letter, scalars }) =>
      (scalars?.hparams ?? []).map(({ run, values }) => [run, { run, letter, values }] as const),
    ),
  );
  const told = [...runs.values()];
  const names = [...new Set(told.flatMap(({ values }) => Object.keys(values)))].sort((a, b) => a.localeCompare(b));
  const settings = names.map((name) => {
    const values = told.map((one) => (Object.hasOwn(one.values, name) ? one.values[name] : null));
    return { name, values, differs: new Set(values).size > 1 };
  });
  return { runs: told, settings: settings.sort((a, b) => Number(b.differs) - Number(a.differs)) };
}

/** Every point of the curves shown. */
export function curveTable(curves: readonly Curve[], name: string): ExportTable {
  const rows = curves.flatMap((curve) =>
    [...curve.steps.keys()].map(
      (i) => [curve.tag, curve.letter, curve.run, curve.steps[i], curve.wallTimes[i], curve.values[i]] as const,
    ),
  );
  return {
    kind: 'table',
    name,
    columns: ['tag', 'side', 'run', 'step', 'wall time', 'value'].map((title, i) => ({
      name: title,
      values: rows.map((row) => row[i]),
    })),
  };
}
