/** Decoded types of a log. How they travel is the business of `wire.ts`. */
import type { GalleryUnit, Kinds } from './gallery.ts';
import type { Association } from './statistics.ts';

/** Kinds of missing values. */
export const Missing = { No: 0, Masked: 1, NaN: 2, NegativeInfinity: 3, Infinity: 4 } as const;
export type Missing = (typeof Missing)[keyof typeof Missing];

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /**
   * Scale of each row (value = code x scale).
   * If the matrix is cut into blocks in time, the largest scale of the row.
   */
  readonly scale: Float32Array;
  /** Decoded values of a row, NaN where missing. Cached: do not write into it. */
  row(r: number): Float32Array;
  /** Kind of missing value at (r, c); 0 for a number. */
  missing(r: number, c: number): Missing;
  /**
   * All codes row-major; null unless they are int8 and no row is cut into blocks.
   * Codes below -124 are missing.
   */
  readonly codes: Int8Array | null;
}

/** Reference to one recording. */
export interface RecordingRef {
  readonly run: string;
  readonly probe: string;
  readonly step: number;
  /**
   * Wall time of the step in seconds, or the generation; absent if unknown.
   * The same step with another one is another recording, as of a run that was trained again.
   */
  readonly written?: number | string;
}

/** Rows are units, columns are tokens; sequences stand one after another. */
export interface Activity {
  readonly matrix: Matrix;
  readonly lengths: readonly number[];
}

/**
 * Amplitude spectra: rows are units, columns are bins.
 * `frequency` is in cycles per token, `bins` is their number before pooling.
 */
export interface Spectrum {
  readonly matrix: Matrix;
  readonly frequency: Float32Array;
  readonly bins: number;
}

export interface Relevance {
  readonly features: readonly string[];
  readonly statistics: readonly string[];
  readonly units: number;
  /** One value a unit; empty when the log does not hold this feature or statistic. */
  get(feature: string, statistic: string): Float32Array;
}

export const NO_TOKEN = 0xffffffff;

/** Kinds of targets: a class of each token or sequence, or numbers, or labels. */
export const TARGET_KINDS = [
  'next',
  'token',
  'sequence',
  'numbers',
  'sequence numbers',
  'labels',
  'sequence labels',
] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** Kinds of targets that are no classes. */
export const NUMBER_TARGETS: readonly TargetKind[] = ['numbers', 'sequence numbers', 'labels', 'sequence labels'];

/** Values of the steps of a signal. */
export interface Signal {
  readonly channels: readonly string[];
  /** (steps, channels); NaN where missing. */
  readonly values: Float32Array;
  /** Steps per unit of time; null if unknown. */
  readonly rate: number | null;
  readonly timeUnit: string;
}

/** Column of a probe: a number or a boolean at every step. */
export interface Column {
  /** Booleans are 0 and 1; NaN where missing. */
  readonly values: Float32Array;
  readonly isBoolean: boolean;
}

/** Numbers or labels that the model gives at every step, such as a forecast. */
export interface Outputs {
  /** Number of them at a step. */
  readonly count: number;
  readonly names: readonly string[];
  /** (steps, count); NaN where there is none. */
  readonly values: Float32Array;
  /** (steps, count), NaN where there is none; null without targets. */
  readonly targets: Float32Array | null;
}

export interface TokenText {
  readonly lengths: readonly number[];
  /** Steps of each sequence without padding at its end; null if there is none. */
  readonly consumed: readonly number[] | null;
  /** Names of the sequences; null if they have none. */
  readonly labels: readonly string[] | null;
  /** Distinct tokens; every id below points into it. */
  readonly table: readonly string[];
  readonly tokens: Uint32Array;
  readonly generated: boolean;
  /** Of generated text, the tokens at its beginning that were given to the model. */
  readonly promptTokens: number;
  readonly targetKind: TargetKind;
  /**
   * Probability at t of the token at t + 1, or of the class that belongs to t.
   * NaN at the end, and where the next token is part of a prompt.
   */
  readonly probability: Float32Array | null;
  readonly target: Uint32Array | null;
  /** (tokens, expectedCount), most probable first. */
  readonly expected: Uint32Array | null;
  readonly expectedProbability: Float32Array | null;
  readonly expectedCount: number;
  /** 1 where the feature matches, by the feature's name. */
  readonly masks: ReadonlyMap<string, Uint8Array>;
  /**
   * Error category of each prediction, an index into `errorNames` or NOT_PREDICTED.
   * Null if the log has none.
   */
  readonly errors: Uint8Array | null;
  /** The first one is no error. */
  readonly errorNames: readonly string[];
  /** Surprisal of each token under an n-gram model, nats; null if the log has none. */
  readonly surprisal: Float32Array | null;
  /** Values of the steps; null for a text. A signal has the empty token alone. */
  readonly signal: Signal | null;
  readonly columns: ReadonlyMap<string, Column>;
  /** Null if the model gives a distribution, or nothing. */
  readonly outputs: Outputs | null;
  /** Last token of the probe that each step has read; null for steps that are tokens. */
  readonly ends: readonly number[] | null;
}

/** Among `errors`: nothing was predicted here. */
export const NOT_PREDICTED = 255;

export interface SpectralPeak {
  readonly frequency: number;
  readonly amplitude: number;
  readonly prominence: number;
  /** Against red noise; NaN where the log has none. */
  readonly p: number;
  readonly q: number;
  /** Coherence of unit and feature at this frequency, 0 to 1; NaN if not in the log. */
  readonly coherence: number;
}

/** Mean activity of a unit by lag around events, with the band that chance gives. */
export interface ResponseMean {
  /** Mean activity from before the event to after it; NaN where missing. */
  readonly mean: readonly number[];
  /** Lower end of the band at each lag. */
  readonly low: readonly number[];
  /** Upper end of it. */
  readonly high: readonly number[];
}

/** Mean activity of a unit around the matches of a feature. */
export interface LaggedResponse extends ResponseMean {
  /** none, anticipating, reacting or holding. */
  readonly label: string;
  readonly p: number;
  /** Event at lag 0: match or onset; null in logs that do not tell. */
  readonly at: string | null;
  /** Response at the ends of stretches; null where matches stand alone. */
  readonly end: ResponseMean | null;
}

/** Association with frequency, position and surprisal of the tokens regressed out. */
export interface PartialEffect {
  readonly effect: number;
  readonly p: number;
}

/**
 * Ablation effect in nats per token: on the feature's tokens minus on the rest.
 * `low` and `high` are its 0.95 interval.
 */
export interface AblationEffect {
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly on: number;
  readonly off: number;
  readonly count: number;
  readonly how: string;
  readonly tokens: number;
}

/**
 * Association of a unit with a feature, and its evidence.
 * The statistics of the association are its properties.
 */
export interface Finding extends Association {
  readonly feature: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  /** Level of the unit, or swing: how much it moves over the last tokens. */
  readonly aspect: 'level' | 'swing';
  readonly neighbours: readonly number[];
  readonly count: number;
  /**
   * `memory`, `echo` or `both`.
   * Null if it is not significant or the log does not say.
   */
  readonly evidence: string | null;
  /** Kind of the unit, such as `switch`; null if the log does not say. */
  readonly kind: string | null;
  readonly partial: PartialEffect | null;
  readonly peak: SpectralPeak | null;
  readonly response: LaggedResponse | null;
  readonly ablation: AblationEffect | null;
}

/** A feature that was typed, and the units that go with it, strongest first. */
export interface FeatureQueryResult {
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  /** Reason for an empty result; null otherwise. */
  readonly note: string | null;
  readonly tagger: string | null;
  readonly tests: number;
  /** True for findings of the recording: q is over all its tests. */
  readonly isRecorded: boolean;
  /** The mapping that makes the feature again. */
  readonly spec: Readonly<Record<string, unknown>> | null;
  readonly units: readonly Finding[];
  /** 1 where it matches; null of a number, or with a note. */
  readonly mask: Uint8Array | null;
  /** Quantities that were not tested because their activity is damaged. */
  readonly notices: readonly Notice[];
}

export type Severity = 'error' | 'warning' | 'note';

/** Diagnosis of a layer by the doctor. */
export interface Diagnosis {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly layer: string;
  readonly quantity: string | null;
  /** Some of those concerned. */
  readonly units: readonly number[];
  readonly concerned: number;
  readonly evidence: string;
  readonly why: string;
  readonly advice: string;
}

export interface FeatureSummary {
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  readonly note: string | null;
  /** The mapping that makes it again; null where the log does not say. */
  readonly spec: Readonly<Record<string, unknown>> | null;
}

/** Errors of the model, by the information that would have avoided them. */
export interface Errors {
  readonly predicted: number;
  readonly errors: number;
  /** By category, in the order in which they were taken away; together 1. */
  readonly shares: Readonly<Record<string, number>>;
  readonly slices: readonly {
    readonly category: string;
    readonly level: number | string | null;
    readonly count: number;
    readonly share: number;
    readonly positions: readonly number[];
  }[];
  /** Counts of tokens that the network, the n-gram model, and both get wrong. */
  readonly shared: { readonly network: number; readonly ngram: number; readonly both: number };
  /** Mean probabilities of tokens: the largest gains first, the largest losses last. */
  readonly gain: readonly {
    readonly token: string;
    readonly count: number;
    readonly network: number;
    readonly ngram: number;
  }[];
  /** Closing brackets by distance to the opening one, `first` to `end` (excluded). */
  readonly closing: readonly {
    readonly first: number;
    readonly end: number;
    readonly count: number;
    readonly network: number;
    readonly ngram: number;
  }[];
}

/** Medians over the units of a layer, tokens; null where infinite or not there. */
export interface LayerMemory {
  readonly quantity: string | null;
  readonly gate: number | null;
  readonly autocorrelation: number | null;
  readonly units: number;
  /** In how many units the two routes disagree. */
  readonly disagree: number;
}

/** Since which step a link of a feature with a unit stands. */
export interface Emerged {
  readonly feature: string;
  readonly step: number;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
}

/** Small values of every unit of a quantity at every step. */
export interface UnitSeries {
  readonly steps: readonly number[];
  readonly rows: readonly string[];
  readonly units: number;
  /** One value a unit; empty where there is none. */
  get(step: number, row: string): Float32Array;
}

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly missing: number;
}

export interface Absence {
  readonly layer: string;
  readonly quantity: string;
  readonly reason: string;
}

/** Data skipped because of a budget. */
export interface LeftOut {
  /**
   * Kind of gap in a recording.
   * `activity`: no activity, spectra or text in the log; `reading`: the step was not read;
   * `matrix`: matrices are stored in part.
   */
  readonly what: 'reading' | 'activity' | 'matrix';
  readonly steps: readonly number[];
  /** Only these; null for all of them, and the text. */
  readonly quantities: readonly string[] | null;
  readonly reason: string;
}

/** First value of a probe that was not finite; `token` counts over all sequences. */
export interface FirstNan {
  readonly step: number;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  readonly token: number;
  readonly text: string;
}

/** Kind of text of a probe, from which the default features follow. */
export interface Content {
  readonly kind: string;
  readonly language: string | null;
  /** Share of the evidence that speaks for it; null if the user named it. */
  readonly confidence: number | null;
  readonly evidence: string;
}

/** Summary of one recording: features, findings, diagnoses, errors and memory. */
export interface Digest {
  readonly step: number;
  /** Keys of its findings, see `findingKey`. */
  readonly listed: readonly string[];
  /** True if it has only what curves over the steps are drawn from. */
  readonly brief: boolean;
  readonly wallTime: number;
  readonly tokens: number;
  readonly generated: boolean;
  /** Number of tests over units, quantities and features; 0 if the log does not say. */
  readonly tests: number;
  readonly loss: number | null;
  /** null in logs of earlier versions. */
  readonly content: Content | null;
  readonly tagger: string | null;
  readonly features: readonly FeatureSummary[];
  readonly findings: readonly Finding[];
  /** Reason for a missing loss although there are targets; null otherwise. */
  readonly lossNote: string | null;
  readonly targetKind: TargetKind;
  /** Reason for missing ablation effects that should exist; null otherwise. */
  readonly ablationNote: string | null;
  readonly doctor: readonly Diagnosis[];
  /** Empty in older logs. */
  readonly kinds: Kinds;
  readonly gallery: readonly GalleryUnit[];
  readonly ranges: Readonly<Record<string, Readonly<Record<string, Range>>>>;
  /** Number of units by layer; empty if the log does not say. */
  readonly units: Readonly<Record<string, number>>;
  readonly absent: readonly Absence[];
  readonly leftOut: readonly LeftOut[];
  readonly firstNan: FirstNan | null;
  /** null without the training text. */
  readonly errors: Errors | null;
  /** By layer. */
  readonly memory: Readonly<Record<string, LayerMemory>>;
  /** Against the recording before, by layer. */
  readonly matching: Readonly<Record<string, { readonly quality: number; readonly moved: number }>>;
  readonly emergence: readonly Emerged[];
  /** Bytes written by the run up to this step; null if the log does not say. */
  readonly bytes: number | null;
}

export interface QuantityInfo {
  readonly quantity: string;
  /** retain, write, expose or read for a gate; null for what is no gate. */
  readonly role: string | null;
}

export interface LayerInfo {
  readonly layer: string;
  readonly cell: string;
  /** Number of units at the first step; digests have that of each step. */
  readonly units: number;
  readonly quantities: readonly QuantityInfo[];
}

/** Unit of the steps of a recording; `once` if it was recorded without training. */
export type Axis = 'epoch' | 'batch' | 'once';

export interface ProbeInfo {
  readonly probe: string;
  readonly generated: boolean;
  readonly axis: Axis;
  /**
   * Probe that this is another axis of, such as the source of a pair.
   * Null for a probe itself.
   */
  readonly parent: string | null;
  /** Name of the axis; null for plain tokens. */
  readonly stepsOf: string | null;
  /** True if the steps have values in the place of tokens. */
  readonly signal: boolean;
  /** Number of classes that are predicted at every step; null if none are. */
  readonly classes: number | null;
  /** Steps at which predictions are explained; null if there are none. */
  readonly explained: readonly number[] | null;
  /** Steps with fixed points and exponents; null if there are none. */
  readonly dynamics: readonly number[] | null;
  readonly steps: readonly number[];
  /** Wall time of each step in seconds; empty or NaN if unknown. */
  readonly written: readonly number[];
  /** Name that changes when a step is written again; null if unknown. */
  readonly generation: string | null;
  readonly layers: readonly LayerInfo[];
  readonly matrices: readonly MatrixInfo[];
}

/** Matrix that a probe has at some steps, such as attention scores. */
export interface MatrixInfo {
  readonly matrix: string;
  /** Name of the axis of the rows; empty if they are numbered or have names. */
  readonly rows: string;
  readonly columns: string;
  /** Null for a matrix without heads. */
  readonly heads: number | null;
}

export interface RunInfo {
  readonly run: string;
  readonly name: string;
  readonly wallTime: number;
  readonly probes: readonly ProbeInfo[];
}

/** Sentence about data of a run that do not fit the format and were left out. */
export interface Notice {
  /** Empty if unknown. */
  readonly run: string;
  /** Null for all steps. */
  readonly step: number | null;
  readonly text: string;
}

/** Digests of a probe by step. */
export interface Digests {
  readonly digests: readonly Digest[];
  readonly notices: readonly Notice[];
  /** Number of steps before these that have not been read yet. */
  readonly earlier: number;
}

/** Runs -> probes -> layers -> quantities. */
export interface Index {
  readonly runs: readonly RunInfo[];
  readonly notices: readonly Notice[];
}
