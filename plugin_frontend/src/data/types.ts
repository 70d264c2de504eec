/** What the tab knows about a log, decoded. Nothing here says how it travelled: that is `wire.ts`. */

/** Why a cell has no finite value. */
export const Missing = { No: 0, Masked: 1, NaN: 2, NegativeInfinity: 3, Infinity: 4 } as const;
export type Missing = (typeof Missing)[keyof typeof Missing];

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** One scale a row when the matrix is one block in time (then value = code x scale), else the largest of the row's. */
  readonly scale: Float32Array;
  /** Decoded values of a row, NaN where nothing finite is. Cached: do not write into it. */
  row(r: number): Float32Array;
  /** Why (r, c) is NaN in `row(r)`; 0 where it is a number. */
  missing(r: number, c: number): Missing;
  /** All codes row-major, when the encoding is int8 and no row is cut into several blocks. Codes below -124 are missing. */
  readonly codes: Int8Array | null;
}

/** Rows are units, columns are tokens; sequences stand one after another. */
export interface Activity {
  readonly matrix: Matrix;
  readonly lengths: readonly number[];
}

/** Rows are units, columns are bins; `frequency` is in cycles per token, `bins` counts them before pooling. */
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

export interface TokenText {
  readonly lengths: readonly number[];
  /** What each sequence is called; null where nobody said. */
  readonly labels: readonly string[] | null;
  /** Distinct tokens; every id below points into it. */
  readonly table: readonly string[];
  readonly tokens: Uint32Array;
  readonly generated: boolean;
  /** Of generated text, the tokens at its beginning that were given to the model. */
  readonly promptTokens: number;
  /** Probability the model gave at t to what came at t + 1; NaN where nothing came, or what came was given. */
  readonly probability: Float32Array | null;
  readonly target: Uint32Array | null;
  /** (tokens, expectedCount), most probable first. */
  readonly expected: Uint32Array | null;
  readonly expectedProbability: Float32Array | null;
  readonly expectedCount: number;
  /** 1 where the feature matches, by the feature's name. */
  readonly masks: ReadonlyMap<string, Uint8Array>;
}

export interface Peak {
  readonly frequency: number;
  readonly amplitude: number;
  readonly prominence: number;
  /** Against red noise; NaN where the log has none. */
  readonly p: number;
  readonly q: number;
  /** Of the unit with the feature at this frequency, 0 to 1; NaN where the log has none. */
  readonly coherence: number;
}

/** What a unit does around the tokens that match a feature. */
export interface Response {
  /** none, anticipating, reacting or holding. */
  readonly label: string;
  readonly p: number;
  /** Mean activity from as many tokens before to as many behind; NaN where there is none. */
  readonly mean: readonly number[];
  /** The band that chance gives. */
  readonly low: number;
  readonly high: number;
}

/** What holding a unit costs, nats per token: on the feature's tokens less that on the rest, with its 0.95 interval. */
export interface Causal {
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly on: number;
  readonly off: number;
  readonly count: number;
  readonly how: string;
  readonly tokens: number;
}

export interface Hypothesis {
  readonly feature: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  readonly neighbours: readonly number[];
  readonly count: number;
  readonly prominence: number;
  readonly difference: number;
  readonly score: number;
  readonly relevance: number;
  readonly effect: number;
  /** Probability that the activity is higher where the feature matches; NaN where the log has none. */
  readonly auc: number;
  /** False discovery rate over everything that was tested; NaN where the log has none. */
  readonly q: number;
  /** Share of all shifts of the feature that do as well; NaN where the log has none. */
  readonly exact: number;
  /** Chance that any unit does as well; NaN where the log has none. */
  readonly family: number;
  /** The effect when frequency, place and surprise of the tokens are taken out; NaN where it was not measured. */
  readonly controlled: number;
  readonly peak: Peak | null;
  readonly response: Response | null;
  readonly causal: Causal | null;
}

/** A feature that was typed, and the units that go with it, strongest first. */
export interface Looked {
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  /** Why there is nothing to see; null otherwise. */
  readonly note: string | null;
  readonly tagger: string | null;
  readonly tests: number;
  readonly units: readonly Hypothesis[];
  /** 1 where it matches; null of a number, or with a note. */
  readonly mask: Uint8Array | null;
}

export type Severity = 'error' | 'warning' | 'note';

/** What the doctor found in a layer. */
export interface Symptom {
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

/** What a budget left out. */
export interface LeftOut {
  /** Activity, spectra and text of these steps are not in the log, or these steps were not read at all. */
  readonly what: 'activity' | 'reading';
  readonly steps: readonly number[];
  /** Only these; null for all of them, and the text. */
  readonly quantities: readonly string[] | null;
  readonly reason: string;
}

/** The first value of a probe that was not a number; `token` is counted over all sequences. */
export interface FirstNan {
  readonly step: number;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  readonly token: number;
  readonly text: string;
}

/** What one recording found. */
export interface Digest {
  readonly step: number;
  readonly wallTime: number;
  readonly tokens: number;
  readonly generated: boolean;
  /** How many units, quantities and features were tested together; 0 where the log does not say. */
  readonly tests: number;
  readonly loss: number | null;
  readonly tagger: string | null;
  readonly features: readonly FeatureSummary[];
  readonly hypotheses: readonly Hypothesis[];
  /** Why nothing is known of what units are used for, although there should be. */
  readonly causalNote: string | null;
  readonly doctor: readonly Symptom[];
  readonly ranges: Readonly<Record<string, Readonly<Record<string, Range>>>>;
  readonly absent: readonly Absence[];
  readonly leftOut: readonly LeftOut[];
  readonly firstNan: FirstNan | null;
}

export interface QuantityInfo {
  readonly quantity: string;
  /** retain, write, expose or read for a gate; null for what is no gate. */
  readonly role: string | null;
}

export interface LayerInfo {
  readonly layer: string;
  readonly cell: string;
  readonly units: number;
  readonly quantities: readonly QuantityInfo[];
}

/** What the steps of a recording count. */
export type Axis = 'epoch' | 'batch';

export interface ProbeInfo {
  readonly probe: string;
  readonly generated: boolean;
  readonly axis: Axis;
  readonly steps: readonly number[];
  readonly layers: readonly LayerInfo[];
}

export interface RunInfo {
  readonly run: string;
  readonly name: string;
  readonly wallTime: number;
  readonly probes: readonly ProbeInfo[];
}

/** Runs -> probes -> layers -> quantities. */
export interface Index {
  readonly runs: readonly RunInfo[];
  readonly notices: readonly string[];
}
