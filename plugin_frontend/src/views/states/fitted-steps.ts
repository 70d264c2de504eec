/** Recordings that axes are fitted to at most, those of all runs together. */
const MOST = 8;

/** Run with the steps that have its large values, ascending. */
export interface RunSteps {
  readonly run: string;
  readonly steps: readonly number[];
}

/** At most `most` of the values, evenly spread, the last among them. */
export function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  if (most < 2) return values.slice(-1);
  const last = values.length - 1;
  return Array.from({ length: most }, (_, i) => values[Math.round((i * last) / (most - 1))]);
}

/**
 * Steps of the compared runs that axes are fitted to, `[["run", [0, 7]]]` as JSON.
 * They do not depend on the step that is shown, so that a point keeps its place while the epochs play.
 */
export function fittedSteps(runs: readonly RunSteps[]): string {
  const distinct = [...new Map(runs.map((entry) => [entry.run, entry])).values()];
  const each = Math.max(1, Math.floor(MOST / Math.max(1, distinct.length)));
  return JSON.stringify(distinct.map(({ run, steps }) => [run, spread(steps, each)]));
}

/** The recordings themselves, which t-SNE places together, as JSON. */
export function placedSteps(refs: readonly { readonly run: string; readonly step: number }[]): string {
  const steps = new Map<string, Set<number>>();
  for (const { run, step } of refs) steps.set(run, (steps.get(run) ?? new Set()).add(step));
  return JSON.stringify([...steps].map(([run, all]) => [run, [...all].sort((a, b) => a - b)]));
}
