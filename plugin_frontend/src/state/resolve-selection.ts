import type { Digest, Index, LayerInfo, ProbeInfo, RunInfo, RecordingRef } from '../data/types.ts';
import type { Compared, Selection } from './selection.ts';
import { MAX_RECORDINGS } from './compared-recording.ts';

/** `last` moves on with the training, `same` is the step of the other side. */
export type WishedStep = number | 'last';
export type ComparedStep = WishedStep | 'same';

export interface WishedCompared {
  readonly run: string;
  readonly step: ComparedStep;
}

/** Selection asked for by the user or the link. Open fields follow the training. */
export interface SelectionRequest {
  readonly run?: string | undefined;
  readonly step?: WishedStep | undefined;
  readonly compare?: WishedCompared | null | undefined;
  readonly more?: readonly WishedCompared[] | undefined;
  readonly probe?: string | undefined;
  readonly layer?: string | undefined;
  readonly quantity?: string | undefined;
  readonly unit?: number | undefined;
  readonly units?: readonly number[] | undefined;
  readonly feature?: string | undefined;
  readonly tokens?: readonly [first: number, end: number] | null | undefined;
}

export function findRun(index: Index, run: string | undefined): RunInfo | undefined {
  return index.runs.find((info) => info.run === run);
}

export function findProbe(index: Index, run: string, probe: string): ProbeInfo | undefined {
  return findRun(index, run)?.probes.find((info) => info.probe === probe);
}

/** Reference to the recording at a step of a probe, as it is written now. */
export function recordingRef(index: Index, { run, probe }: Omit<RecordingRef, 'step'>, step: number): RecordingRef {
  const info = findProbe(index, run, probe);
  const time = info?.written[info.steps.indexOf(step)];
  const written = time !== undefined && Number.isFinite(time) ? time : info?.generation;
  return { run, probe, step, ...(time !== undefined && written ? { written } : {}) };
}

/** Units of a layer at the step of a digest. */
export const unitsAt = (layer: LayerInfo, digest: Digest | null): number => digest?.units[layer.layer] ?? layer.units;

const hasSteps = (run: RunInfo) => run.probes.some((probe) => probe.steps.length > 0);

/** The run that was written last. */
export function newestRun(index: Index): RunInfo | undefined {
  return index.runs
    .filter(hasSteps)
    .reduce<RunInfo | undefined>((best, run) => (best && best.wallTime >= run.wallTime ? best : run), undefined);
}

/** The step that is there and nearest to the one wished; of two the earlier. */
export function nearestStep(steps: readonly number[], wished: WishedStep): number {
  if (wished === 'last') return steps[steps.length - 1];
  return steps.reduce((best, step) => (Math.abs(step - wished) < Math.abs(best - wished) ? step : best));
}

/** Nearest run, probe and step to a request; null while no run has a recording. */
export function resolveRecording(index: Index, wish: SelectionRequest): RecordingRef | null {
  const wished = findRun(index, wish.run);
  const run = wished && hasSteps(wished) ? wished : newestRun(index);
  if (!run) return null;
  const full = run.probes.filter((probe) => probe.steps.length > 0);
  const probe = full.find((info) => info.probe === wish.probe) ?? full.find((info) => !info.generated) ?? full[0];
  return recordingRef(index, { run: run.run, probe: probe.probe }, nearestStep(probe.steps, wish.step ?? 'last'));
}

function settleCompared(index: Index, wished: WishedCompared, { probe, step: other }: RecordingRef): Compared | null {
  const steps = findProbe(index, wished.run, probe)?.steps ?? [];
  return steps.length
    ? { run: wished.run, step: nearestStep(steps, wished.step === 'same' ? other : wished.step) }
    : null;
}

function settleFeature(wished: string | undefined, digest: Digest | null, strongest: string | undefined): string {
  const names = digest?.features.map((feature) => feature.name);
  if (wished !== undefined && (!names || names.includes(wished))) return wished;
  return strongest ?? names?.[0] ?? '';
}

/**
 * Selection in which everything exists.
 * Fields that the request leaves open show the strongest finding.
 */
export function resolveSelection(
  index: Index,
  wish: SelectionRequest,
  ref: RecordingRef,
  digest: Digest | null,
): Selection {
  const { layers } = findProbe(index, ref.run, ref.probe)!;
  const finding = digest?.findings.find(
    (h) =>
      [undefined, h.layer].includes(wish.layer) &&
      [undefined, h.quantity].includes(wish.quantity) &&
      [undefined, h.feature].includes(wish.feature) &&
      [undefined, h.unit].includes(wish.unit),
  );
  const layer = layers.find((info) => info.layer === (wish.layer ?? finding?.layer)) ?? layers[0];
  const quantities = layer?.quantities.map((info) => info.quantity) ?? [];
  const quantity = [wish.quantity, finding?.quantity, 'hidden_state'].find(
    (name) => name !== undefined && quantities.includes(name),
  );
  const unit = Math.round(wish.unit ?? finding?.unit ?? 0);
  const compare = wish.compare ? settleCompared(index, wish.compare, ref) : null;
  const units = layer ? unitsAt(layer, digest) : 1;
  const selectedUnit = Math.min(Math.max(0, unit || 0), Math.max(0, units - 1));
  return {
    run: ref.run,
    probe: ref.probe,
    step: ref.step,
    compare,
    more: compare
      ? (wish.more ?? []).slice(0, MAX_RECORDINGS - 2).flatMap((one) => settleCompared(index, one, ref) ?? [])
      : [],
    layer: layer?.layer ?? '',
    quantity: quantity ?? quantities[0] ?? '',
    unit: selectedUnit,
    units: [...new Set(wish.units ?? [])].filter((one) => one < units && one !== selectedUnit),
    tokens: wish.tokens ?? null,
    feature: settleFeature(wish.feature, digest, finding?.feature ?? digest?.findings[0]?.feature),
  };
}

/** True if a request has a field that only a digest of the recording can resolve. */
export function needsDigest(index: Index, wish: SelectionRequest, { run, probe }: RecordingRef): boolean {
  const { layer, quantity, unit, feature, units = [] } = wish;
  if (layer === undefined || quantity === undefined || unit === undefined || feature === undefined) return true;
  const info = findProbe(index, run, probe)?.layers.find((one) => one.layer === layer);
  return info !== undefined && [unit, ...units].some((one) => one >= info.units);
}
