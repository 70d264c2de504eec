import type { ReadonlySignal } from '@preact/signals-core';
import type { Request } from '../data/request.ts';
import * as requests from '../data/requests.ts';
import { requestDynamics, requestDynamicsHistory, type DynamicsHistory, type LayerDynamics } from '../data/dynamics.ts';
import {
  requestExplanationHistory,
  requestExplanations,
  type ExplanationHistory,
  type Explanations,
} from '../data/explanations.ts';
import { requestMatrixSummary, type MatrixSummary } from '../data/matrix-summary.ts';
import { requestNamedMatrix, type NamedMatrix } from '../data/named-matrix.ts';
import {
  requestSequenceDecisions,
  requestSequenceSteps,
  type SequenceDecisions,
  type SequenceSteps,
} from '../data/sequence-decisions.ts';
import { requestSequenceHistory, type SequenceHistory } from '../data/sequence-history.ts';
import {
  requestLinearProbe,
  requestProjection,
  requestStateGeometry,
  type LinearProbe,
  type Projection,
  type StateGeometry,
} from '../data/states.ts';
import { requestScalars, type Scalars } from '../data/scalars.ts';
import { requestUnitSeries } from '../data/unit-series.ts';
import { requestUnitHistory, type UnitHistory } from '../data/unit-history.ts';
import { requestUnitReport, type UnitReport } from '../data/unit-report.ts';
import type { Activity, Digest, Relevance, Spectrum, TokenText, UnitSeries, RecordingRef } from '../data/types.ts';
import {
  requestWordClusters,
  requestWords,
  requestWordSpread,
  type SpreadOf,
  type WordClusters,
  type Words,
  type WordSpread,
} from '../data/words.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import type { Selection } from './selection.ts';
import {
  subtractActivity,
  subtractNamedMatrix,
  subtractRelevance,
  subtractSpectrum,
  subtractUnitSeries,
  type OperandPair,
  type Partner,
} from './subtract.ts';
import type { Read } from './timeline.ts';

export type Statistic = 'saturation' | 'memory' | 'peaks' | 'ranges';

/** Layer, quantity and unit of a value; the unit is the recording's own index. */
export interface DataKey {
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
}

/** Arguments of a function that reads data; empty for data of the selection. */
export type Arguments = readonly (string | number | undefined)[];

/** Signals by which a kind of data decides that it is not available. */
export interface Availability {
  readonly selection: ReadonlySignal<Selection | null>;
  readonly digests: ReadonlySignal<Loadable<readonly Digest[]>>;
}

interface KindOfData<T, A extends Arguments> {
  /** Parts of the key that the value depends on and that the recording must have. */
  readonly key: 'none' | 'quantity' | 'unit';
  /** Parts of the key that arguments replace; absent for data of the selection. */
  select?(...args: A): Partial<DataKey>;
  /** Reason against a request; null while unknown, undefined if there is none. */
  unavailable?(recording: Availability): { readonly why: string } | null | undefined;
  /** Difference B - A, or the reason for a missing one; absent if it is undefined. */
  subtract?(b: T, a: T, pair: OperandPair): T | string;
  /** If true, a difference shows the value of A. */
  readonly differenceShowsA?: true;
  /** The arguments as B numbers units. */
  argumentsOfB?(partner: Partner, ...args: A): A;
}

/** Data of one step; answers do not change. */
export interface StepData<T, A extends Arguments = []> extends KindOfData<T, A> {
  readonly over: 'step';
  /** If false, the neighbouring steps are not prefetched. */
  readonly prefetch?: boolean;
  /** Step that the arguments name; absent for data of the step chosen. */
  stepOf?(...args: A): number;
  request(ref: RecordingRef, key: DataKey, ...args: A): Request<T>;
}

/** Data over all steps, requested again when there are new steps. */
export interface ProbeData<T, A extends Arguments = []> extends KindOfData<T, A> {
  readonly over: 'probe';
  request(ref: Read, key: DataKey, ...args: A): Request<T>;
}

/** `select` is there if and only if the data have arguments. */
type Selecting<A extends Arguments> = A extends []
  ? { readonly select?: undefined }
  : { select(...args: A): Partial<DataKey> };

const atStep = <T, A extends Arguments = []>(kind: Omit<StepData<T, A>, 'over'> & Selecting<A>): StepData<T, A> => ({
  ...kind,
  over: 'step',
});
const overSteps = <T, A extends Arguments = []>(
  kind: Omit<ProbeData<T, A>, 'over'> & Selecting<A>,
): ProbeData<T, A> => ({ ...kind, over: 'probe' });

export const NO_FEATURE = 'No feature is chosen.';

/**
 * Table of the kinds of data of a recording.
 * The resources of a recording, their types and the difference
 * of two recordings follow from this table. A new kind of data is an entry here, and a file in
 * `data/` with its type, decoder and request.
 */
export const RECORDING_TABLE = {
  /** The tokens, and what belongs to each of them. */
  text: atStep<TokenText>({ key: 'none', request: requests.requestText, differenceShowsA: true }),
  /** Activity of all units of the chosen layer and quantity. */
  activity: atStep<Activity>({
    key: 'quantity',
    request: (ref, { layer, quantity }) => requests.requestActivity(ref, layer, quantity),
    subtract: subtractActivity,
  }),
  /** Activity of a unit of the chosen layer, by default of the chosen unit. */
  unitOf: atStep<Activity, [quantity: string, unit?: number]>({
    key: 'unit',
    select: (quantity, unit) => (unit === undefined ? { quantity } : { quantity, unit }),
    request: (ref, { layer, quantity, unit }) => requests.requestUnit(ref, layer, quantity, unit),
    subtract: subtractActivity,
    argumentsOfB: (partner, quantity, unit) => (unit === undefined ? [quantity] : [quantity, partner(unit)]),
  }),
  /** Activity of any unit of any layer, as it is numbered here. */
  activityOf: atStep<Activity, [layer: string, quantity: string, unit: number]>({
    key: 'unit',
    select: (layer, quantity, unit) => ({ layer, quantity, unit }),
    prefetch: false,
    request: (ref, { layer, quantity, unit }) => requests.requestUnit(ref, layer, quantity, unit),
  }),
  /** Spectra of the chosen layer and quantity. */
  spectrum: atStep<Spectrum>({
    key: 'quantity',
    request: (ref, { layer, quantity }) => requests.requestSpectrum(ref, layer, quantity),
    subtract: subtractSpectrum,
  }),
  /** Spectra of the chosen layer and quantity at any step. */
  spectrumAt: atStep<Spectrum, [step: number]>({
    key: 'quantity',
    select: () => ({}),
    prefetch: false,
    stepOf: (step) => step,
    request: (ref, { layer, quantity }) => requests.requestSpectrum(ref, layer, quantity),
  }),
  /** Statistics of every unit of the chosen layer and quantity against every feature. */
  relevance: atStep<Relevance>({
    key: 'quantity',
    unavailable: ({ selection }) => (selection.value?.feature === '' ? { why: NO_FEATURE } : undefined),
    request: (ref, { layer, quantity }) => requests.requestRelevance(ref, layer, quantity),
    subtract: subtractRelevance,
  }),
  /** Statistics of every unit at every step. */
  statistics: overSteps<UnitSeries, [statistic: Statistic, layer: string, quantity: string]>({
    key: 'quantity',
    select: (_, layer, quantity) => ({ layer, quantity }),
    request: (ref, { layer, quantity }, statistic) => requestUnitSeries(ref, layer, quantity, statistic),
    subtract: subtractUnitSeries,
  }),
  /** The chosen unit and quantity over all steps. */
  unitHistory: overSteps<UnitHistory>({
    key: 'unit',
    unavailable: ({ digests }) => {
      if (digests.value.state === 'loading') return null;
      const values = valueOrStale(digests.value);
      return values?.length && values.every(({ brief, features }) => brief || !features.length)
        ? { why: 'No feature was searched for in this run.' }
        : undefined;
    },
    request: (ref, { layer, quantity, unit }) => requestUnitHistory(ref, layer, quantity, unit),
  }),
  /** The chosen unit and quantity against every feature. */
  report: atStep<UnitReport>({
    key: 'unit',
    request: (ref, { layer, quantity, unit }) => requestUnitReport(ref, layer, quantity, unit),
  }),
  /** Any unit, as it is numbered here, against every feature. */
  reportOf: atStep<UnitReport, [layer: string, quantity: string, unit: number]>({
    key: 'unit',
    select: (layer, quantity, unit) => ({ layer, quantity, unit }),
    prefetch: false,
    request: (ref, { layer, quantity, unit }) => requestUnitReport(ref, layer, quantity, unit),
  }),
  /** Tokens of another axis of the probe, such as the source of a pair. */
  textOf: atStep<TokenText, [probe: string]>({
    key: 'none',
    select: () => ({}),
    prefetch: false,
    request: (ref, _, probe) => requests.requestText({ ...ref, probe }),
    differenceShowsA: true,
  }),
  /** One head of a matrix, or the mean of its heads, in one sequence. */
  matrixOf: atStep<NamedMatrix, [matrix: string, sequence: number, head: number | 'mean']>({
    key: 'none',
    select: () => ({}),
    request: (ref, _, matrix, sequence, head) => requestNamedMatrix(ref, matrix, sequence, head),
  }),
  /** The same of another axis of the probe, without its neighbours. */
  matrixOfAxis: atStep<NamedMatrix, [probe: string, matrix: string, sequence: number, head: number | 'mean']>({
    key: 'none',
    select: () => ({}),
    prefetch: false,
    request: (ref, _, probe, matrix, sequence, head) => requestNamedMatrix({ ...ref, probe }, matrix, sequence, head),
    subtract: subtractNamedMatrix,
  }),
  /** Numbers of each head of a matrix of a probe at every step. */
  matrixSummary: overSteps<MatrixSummary, [matrix: string, probe: string]>({
    key: 'none',
    select: () => ({}),
    request: (ref, _, matrix, probe) => requestMatrixSummary({ ...ref, probe }, matrix),
  }),
  /** Decisions of a classifier about every sequence. */
  sequenceDecisions: atStep<SequenceDecisions>({ key: 'none', request: requestSequenceDecisions }),
  /** The same over all steps. */
  sequenceHistory: overSteps<SequenceHistory>({ key: 'none', request: requestSequenceHistory }),
  /** One sequence step by step, with the steps of a layer's state. */
  sequenceSteps: atStep<SequenceSteps, [layer: string, quantity: string, sequence: number]>({
    key: 'quantity',
    select: (layer, quantity) => ({ layer, quantity }),
    request: (ref, { layer, quantity }, _layer, _quantity, sequence) =>
      requestSequenceSteps(ref, layer, quantity, sequence),
  }),
  /** States of a layer on principal axes of several recordings, given as JSON. */
  projection: atStep<Projection, [layer: string, quantity: string, fitted: string]>({
    key: 'quantity',
    select: (layer, quantity) => ({ layer, quantity }),
    request: (ref, { layer, quantity }, _layer, _quantity, fitted) => requestProjection(ref, layer, quantity, fitted),
  }),
  /** States of several recordings placed by t-SNE, which takes long. */
  stateMap: atStep<Projection, [layer: string, quantity: string, placed: string]>({
    key: 'quantity',
    select: (layer, quantity) => ({ layer, quantity }),
    prefetch: false,
    request: (ref, { layer, quantity }, _layer, _quantity, placed) =>
      requestProjection(ref, layer, quantity, placed, 'tsne'),
  }),
  /** Dimension and speed of the states of every layer, at any step. */
  stateGeometry: atStep<readonly StateGeometry[], [step: number]>({
    key: 'none',
    select: () => ({}),
    prefetch: false,
    stepOf: (step) => step,
    request: (ref) => requestStateGeometry(ref),
  }),
  /** Fixed points of a layer on the axes of `projection`, and its exponents. */
  stateDynamics: atStep<LayerDynamics, [layer: string, quantity: string, fitted: string]>({
    key: 'quantity',
    select: (layer, quantity) => ({ layer, quantity }),
    prefetch: false,
    request: (ref, { layer, quantity }, _layer, _quantity, fitted) => requestDynamics(ref, layer, quantity, fitted),
  }),
  /** Fixed points, exponents and time constants of every layer over the steps. */
  dynamicsHistory: overSteps<DynamicsHistory>({ key: 'none', request: requestDynamicsHistory }),
  /** Linear probe of a layer for a feature, or without one for the labels. */
  linearProbe: atStep<LinearProbe, [layer: string, quantity: string, feature?: string]>({
    key: 'quantity',
    select: (layer, quantity) => ({ layer, quantity }),
    prefetch: false,
    request: (ref, { layer, quantity }, _layer, _quantity, feature) =>
      requestLinearProbe(ref, layer, quantity, feature),
  }),
  /** Explanations of chosen predictions, and the reach of the gradient. */
  explanations: atStep<Explanations>({ key: 'none', prefetch: false, request: requestExplanations }),
  /** One of them over all steps; without a sequence, -1, the reach alone. */
  explanationHistory: overSteps<ExplanationHistory, [sequence: number, step: number]>({
    key: 'none',
    select: () => ({}),
    request: (ref, _, sequence, step) => requestExplanationHistory(ref, sequence, step),
  }),
  /** Mean response of every unit of the chosen layer and quantity to every word. */
  words: atStep<Words>({
    key: 'quantity',
    prefetch: false,
    request: (ref, { layer, quantity }) => requestWords(ref, layer, quantity),
  }),
  /** Clusters of both, numbered like those of a recording, given as JSON. */
  wordClusters: atStep<WordClusters, [clusters: number, mode: string, resamples: number, like: string]>({
    key: 'quantity',
    select: () => ({}),
    prefetch: false,
    request: (ref, { layer, quantity }, clusters, mode, resamples, like) =>
      requestWordClusters(ref, layer, quantity, clusters, mode, resamples, like),
  }),
  /** Quantiles of the responses to a word or of a unit, by their own index. */
  wordSpread: atStep<WordSpread, [of: SpreadOf, index: number]>({
    key: 'quantity',
    select: () => ({}),
    prefetch: false,
    request: (ref, { layer, quantity }, of, index) => requestWordSpread(ref, layer, quantity, of, index),
  }),
  /** TensorBoard's own scalars of the same training. */
  scalars: overSteps<Scalars>({ key: 'none', request: ({ run }) => requestScalars(run) }),
};

export type DataName = keyof typeof RECORDING_TABLE;

/** Any entry of the table, its value and arguments unknown. */
export type AnyData = StepData<unknown, Arguments> | ProbeData<unknown, Arguments>;

type Data<T> = ReadonlySignal<Loadable<T>>;

type Accessor<K> = K extends { request(ref: never, key: never, ...args: infer A): Request<infer T> }
  ? A extends []
    ? Data<T>
    : (...args: A) => Data<T>
  : never;

/** Data of a recording: signals that follow the selection, functions for the rest. */
export type TableData = { readonly [N in DataName]: Accessor<(typeof RECORDING_TABLE)[N]> };

/** Names of the data that follow the selection and have no arguments. */
export type SelectedDataName = {
  [N in DataName]: TableData[N] extends ReadonlySignal<unknown> ? N : never;
}[DataName];

const ENTRIES = Object.entries(RECORDING_TABLE) as [DataName, AnyData][];

/** Makes the data of a recording; functions are cached by their arguments. */
export function dataFromTable(make: (name: DataName, kind: AnyData, args: Arguments) => Data<unknown>): TableData {
  const data = ENTRIES.map(([name, kind]) => [
    name,
    kind.select ? memoized((...args) => make(name, kind, args)) : make(name, kind, []),
  ]);
  return Object.fromEntries(data) as TableData;
}

export const DATA_NAMES = ENTRIES.map(([name]) => name);

/** One entry of the data of a recording. */
export function dataOf(data: TableData, name: DataName, args: Arguments): Data<unknown> {
  const accessor = data[name] as Data<unknown> | ((...args: Arguments) => Data<unknown>);
  return typeof accessor === 'function' ? accessor(...args) : accessor;
}

function memoized<T>(make: (...args: Arguments) => T): (...args: Arguments) => T {
  const values = new Map<string, T>();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!values.has(key)) values.set(key, make(...args));
    return values.get(key)!;
  };
}
