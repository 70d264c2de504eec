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
  /** Distinct tokens; every id below points into it. */
  readonly table: readonly string[];
  readonly tokens: Uint32Array;
  readonly generated: boolean;
  readonly promptTokens: number;
  /** Probability the model gave at t to what came at t + 1; NaN where nothing came. */
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
  readonly peak: Peak | null;
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
  readonly ranges: Readonly<Record<string, Readonly<Record<string, Range>>>>;
  readonly absent: readonly Absence[];
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

export interface ProbeInfo {
  readonly probe: string;
  readonly generated: boolean;
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
