/**
 * Decoders of binary containers, codecs, index and digests.
 * Each other answer has a file with its type, decoder and request.
 */
import { inflate, type Bytes } from './inflate.ts';
import {
  boolean,
  count,
  counts,
  finiteOrNull,
  integer,
  integers,
  list,
  mapValues,
  number,
  numbers,
  object,
  objectOrNull,
  objects,
  parseJson,
  PartReader,
  string,
  stringOrNull,
  strings,
  WireError,
  type JsonObject,
} from './json.ts';
import { continuedFrom, expandSteps } from './continued.ts';
import { findingKey } from './finding-key.ts';
import { ChunkedMatrix, type Chunk } from './matrix.ts';
import {
  NO_TOKEN,
  type Absence,
  type Activity,
  type Content,
  type Column,
  type Digest,
  type Digests,
  type Emerged,
  type FeatureSummary,
  type FirstNan,
  type Index,
  type LayerInfo,
  type LeftOut,
  type MatrixInfo,
  type Outputs,
  type ProbeInfo,
  type Range,
  type Relevance,
  type RunInfo,
  type Spectrum,
  type Signal,
  TARGET_KINDS,
  type TargetKind,
  type TokenText,
} from './types.ts';
import { decodeGalleryUnit, decodeLayerKinds } from './gallery.ts';
import { decodeNotice, decodeFinding, decodeDiagnosis } from './wire-findings.ts';
import { decodeErrors, decodeLayerMemory } from './wire-network.ts';

export { WireError } from './json.ts';

/** The newest version of contract and log that this tab understands. */
const VERSION = 1;
const EXPECTED_KINDS = {
  text: 'text',
  activity: 'activity',
  spectrum: 'spectrum',
  relevance: 'relevance',
  units: 'units',
  matrix: 'matrix',
  projection: 'projection',
  words: 'words',
} as const;
const FEATURE = 'feature:';

/**
 * Largest numbers of units and tokens, and largest table in bytes.
 * The same as in `tb_rnnviz/log_format`.
 */
export const MAX_UNITS = 2 ** 24;
const MAX_TOKENS = 2 ** 27;
const MAX_TABLE_BYTES = 2 ** 26;

/** `uint32 n`, n lengths, n blobs; little-endian. */
export function splitContainer(buffer: ArrayBuffer): Bytes[] {
  const view = new DataView(buffer);
  const count = buffer.byteLength >= 4 ? view.getUint32(0, true) : 0;
  let offset = 4 + 4 * count;
  if (count === 0 || offset > buffer.byteLength)
    throw new WireError(`The answer is no container: ${buffer.byteLength} bytes.`);
  return Array.from({ length: count }, (_, i) => {
    const length = view.getUint32(4 + 4 * i, true);
    if (offset + length > buffer.byteLength) {
      throw new WireError(`The answer was cut off: blob ${i} ends at byte ${offset + length} of ${buffer.byteLength}.`);
    }
    const blob = new Uint8Array(buffer, offset, length);
    offset += length;
    return blob;
  });
}

const parse = (bytes: ArrayBuffer | Bytes): unknown => parseJson(new TextDecoder().decode(bytes));

export function readHeader(blob: Bytes, kind: keyof typeof EXPECTED_KINDS): JsonObject {
  const header = object(parse(blob));
  if (number(header.version) > VERSION) {
    throw new WireError(
      `This was written in format ${number(header.version)}; this tab reads up to ${VERSION}. ` +
        'Update tb_rnnviz where TensorBoard runs.',
    );
  }
  if (header.kind !== EXPECTED_KINDS[kind]) throw new WireError(`Asked for ${kind}, came ${string(header.kind)}.`);
  return header;
}

/** Inflates numbers whose bytes the header announces. */
export async function inflateExactly(blob: Bytes | undefined, size: number, name: string): Promise<ArrayBuffer> {
  if (!blob) throw new WireError(`The answer has no ${name}.`);
  const data = await inflate(blob, size);
  if (data.byteLength !== size)
    throw new WireError(`The ${name} came with ${data.byteLength} bytes instead of ${size}.`);
  return data;
}

interface ChunkShape {
  readonly units: readonly [number, number];
  readonly tokens: readonly [number, number];
  readonly rows: number;
  readonly size: number;
}

/** Shape of a chunk within a matrix. */
function chunkShape(entry: JsonObject, rows: number, columns: number): ChunkShape {
  const span = (value: unknown, end: number): readonly [number, number] => {
    const [first, last, ...more] = counts(value);
    if (last === undefined || more.length || first > last || last > end)
      throw new WireError(`A chunk lies outside of ${rows} units x ${columns} tokens.`);
    return [first, last];
  };
  const [units, tokens] = [span(entry.units, rows), span(entry.tokens, columns)];
  return { units, tokens, rows: units[1] - units[0], size: (units[1] - units[0]) * (tokens[1] - tokens[0]) };
}

async function decodeChunk(blob: Bytes, { units, tokens, rows, size }: ChunkShape, width: number): Promise<Chunk> {
  const bytes = 4 * rows + width * size;
  const data = await inflate(blob, bytes);
  if (data.byteLength !== bytes) {
    throw new WireError(`A chunk of ${rows} units holds ${data.byteLength} bytes instead of ${bytes}.`);
  }
  const codes = width === 1 ? new Int8Array(data, 4 * rows, size) : new Uint16Array(data, 4 * rows, size);
  return { units, tokens, scale: new Float32Array(data, 0, rows), codes };
}

/** Decodes an activity; with `unit`, only blobs with that unit follow the header. */
async function decodeMatrix(header: JsonObject, blobs: readonly Bytes[], unit?: number): Promise<ChunkedMatrix> {
  const [rows, columns] = [count(header.units, MAX_UNITS), count(header.tokens, MAX_TOKENS)];
  const encoding = string(header.encoding);
  const width = encoding === 'int8' ? 1 : encoding === 'float16' ? 2 : 0;
  if (!width) throw new WireError(`Unknown encoding ${encoding}; this tab reads int8 and float16.`);
  const all = objects(header.chunks).map((entry) => chunkShape(entry, rows, columns));
  const shapes = unit === undefined ? all : all.filter(({ units }) => units[0] <= unit && unit < units[1]);
  if (shapes.length !== blobs.length)
    throw new WireError(`${shapes.length} chunks were announced, ${blobs.length} came.`);
  const chunks = await Promise.all(blobs.map((blob, i) => decodeChunk(blob, shapes[i], width)));
  return new ChunkedMatrix(rows, columns, chunks);
}

/** Lengths of sequences that together have this many tokens. */
function decodeLengths(value: unknown, tokens: number): readonly number[] {
  const lengths = counts(value);
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (sum !== tokens) throw new WireError(`Sequences of ${sum} tokens came with ${tokens} tokens.`);
  return lengths;
}

export async function decodeActivity(buffer: ArrayBuffer, unit?: number): Promise<Activity> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'activity');
  const lengths = decodeLengths(header.lengths, number(header.tokens));
  return { matrix: await decodeMatrix(header, rest, unit), lengths };
}

export async function decodeSpectrum(buffer: ArrayBuffer): Promise<Spectrum> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'spectrum');
  const matrix = await decodeMatrix(header, rest);
  const frequency = Float32Array.from(numbers(header.frequency));
  if (frequency.length !== matrix.columns)
    throw new WireError(`A spectrum of ${matrix.columns} bins came with ${frequency.length} frequencies.`);
  return { matrix, frequency, bins: count(header.bins) };
}

export async function decodeRelevance(buffer: ArrayBuffer): Promise<Relevance> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'relevance');
  const [features, statistics] = [strings(header.features), strings(header.statistics)];
  const units = count(header.units, MAX_UNITS);
  const size = 4 * features.length * statistics.length * units;
  const values = new Float32Array(await inflateExactly(second, size, 'relevance'));
  return {
    features,
    statistics,
    units,
    get(feature, statistic) {
      const [f, s] = [features.indexOf(feature), statistics.indexOf(statistic)];
      if (f < 0 || s < 0) return new Float32Array(0);
      const start = (f * statistics.length + s) * units;
      return values.subarray(start, start + units);
    },
  };
}

/**
 * Arrays of a text that the tab reads, with the bytes of a value.
 * Masks of features have one byte.
 */
const VALUE_BYTES: Readonly<Record<string, number>> = {
  tokens: 4,
  target: 4,
  expected: 4,
  probability: 4,
  expected_probability: 4,
  surprise: 4,
  error: 1,
  channels: 4,
  output: 4,
  output_target: 4,
};

/** Bytes of a value of a column of the probe, by type. */
const COLUMN_BYTES: Readonly<Record<string, number>> = { bool: 1, float32: 4 };

interface TextArray {
  readonly shape: readonly number[];
  readonly data: ArrayBuffer;
  /** True for a column of the probe. */
  readonly isColumn: boolean;
}

/** Arrays by name, each with a row per token. */
async function decodeTextArrays(
  header: JsonObject,
  blobs: readonly Bytes[],
  tokens: number,
): Promise<Map<string, TextArray>> {
  const entries = objects(header.arrays).map(({ name, shape, dtype }) => ({
    name: string(name),
    shape: counts(shape),
    dtype: string(dtype),
  }));
  if (entries.length !== blobs.length)
    throw new WireError(`${entries.length} arrays were announced, ${blobs.length} came.`);
  const arrays = entries.map(async ({ name, shape, dtype }, i) => {
    const valueBytes = name.startsWith(FEATURE) ? 1 : VALUE_BYTES[name];
    const isColumn = valueBytes === undefined;
    const bytes = valueBytes ?? COLUMN_BYTES[dtype];
    if (bytes === undefined || (isColumn && shape.length !== 1)) return null;
    if (shape[0] !== tokens) throw new WireError(`“${name}” is not as long as the text of ${tokens} tokens.`);
    const values = shape.reduce((product, size) => product * size, 1);
    const data = await inflateExactly(blobs[i], bytes * values, `array “${name}”`);
    return [name, { shape, data, isColumn }] as const;
  });
  return new Map((await Promise.all(arrays)).filter((array) => array !== null));
}

function checkIds(ids: Uint32Array | null, table: readonly string[]): void {
  const outside = ids?.find((id) => id >= table.length && id !== NO_TOKEN);
  if (outside !== undefined) throw new WireError(`Token ${outside} is not among the ${table.length} of the table.`);
}

export async function decodeText(buffer: ArrayBuffer): Promise<TokenText> {
  const [first, second, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'text');
  const lengths = counts(header.lengths);
  const length = lengths.reduce((sum, one) => sum + one, 0);
  if (!second || length > MAX_TOKENS) throw new WireError(`A text of ${length} tokens cannot be read.`);
  const [words, arrays] = await Promise.all([inflate(second, MAX_TABLE_BYTES), decodeTextArrays(header, rest, length)]);
  const bytesOf = (name: string) => arrays.get(name)?.data;
  const uint32 = (name: string) => (bytesOf(name) ? new Uint32Array(bytesOf(name)!) : null);
  const float32 = (name: string) => (bytesOf(name) ? new Float32Array(bytesOf(name)!) : null);
  const signal = decodeSignal(header, float32('channels'), length);
  const table = signal ? ['', ...strings(parse(words))] : strings(parse(words));
  const [target, expected] = [uint32('target'), uint32('expected')];
  if (signal) for (const ids of [target, expected]) ids?.forEach((id, i) => id !== NO_TOKEN && (ids[i] = id + 1));
  const tokens = signal ? new Uint32Array(length) : uint32('tokens');
  if (!tokens) throw new WireError('The text holds no tokens.');
  for (const ids of [tokens, target, expected]) checkIds(ids, table);
  const labels = header.labels ? strings(header.labels) : null;
  if (labels && labels.length !== lengths.length)
    throw new WireError(`${labels.length} labels came with ${lengths.length} sequences.`);
  const consumed = header.consumed ? counts(header.consumed) : null;
  if (consumed && consumed.length !== lengths.length)
    throw new WireError(`${consumed.length} consumed lengths came with ${lengths.length} sequences.`);
  const promptTokens = header.prompt_tokens ? count(header.prompt_tokens) : 0;
  const probability = float32('probability');
  probability?.fill(NaN, 0, Math.max(0, promptTokens - 1));
  const errorNames = strings(header.error_categories);
  const error = bytesOf('error');
  const masks = [...arrays].filter(([name]) => name.startsWith(FEATURE));
  return {
    lengths,
    consumed,
    labels,
    table,
    tokens,
    generated: boolean(header.generated),
    promptTokens,
    targetKind: targetKind(header.target_kind),
    probability,
    target,
    expected,
    expectedProbability: float32('expected_probability'),
    expectedCount: arrays.get('expected')?.shape[1] ?? 0,
    masks: new Map(masks.map(([name, { data }]) => [name.slice(FEATURE.length), new Uint8Array(data)])),
    errors: error && errorNames.length ? new Uint8Array(error) : null,
    errorNames,
    surprisal: float32('surprise'),
    signal,
    columns: new Map([...arrays].filter(([, { isColumn }]) => isColumn).map(([name, array]) => [name, column(array)])),
    outputs: decodeOutputs(header, arrays),
    ends: header.ends ? integers(header.ends) : null,
  };
}

function decodeSignal(header: JsonObject, values: Float32Array | null, steps: number): Signal | null {
  if (!header.channels) return null;
  const channels = strings(header.channels);
  if (!values || values.length !== channels.length * steps)
    throw new WireError(`The signal of ${steps} steps lacks values of its ${channels.length} channels.`);
  const rate = header.rate === null || header.rate === undefined ? null : number(header.rate);
  return { channels, values, rate: rate !== null && rate > 0 ? rate : null, timeUnit: string(header.time_unit) || 's' };
}

function column({ shape: [length], data }: TextArray): Column {
  const isBoolean = data.byteLength === length && length > 0;
  return { values: isBoolean ? Float32Array.from(new Uint8Array(data)) : new Float32Array(data), isBoolean };
}

function decodeOutputs(header: JsonObject, arrays: ReadonlyMap<string, TextArray>): Outputs | null {
  const [output, target] = [arrays.get('output'), arrays.get('output_target')];
  if (output?.shape.length !== 2) return null;
  const [, width] = output.shape;
  const names = header.target_names ? strings(header.target_names) : [];
  const fits = target?.shape[1] === width;
  return {
    count: width,
    names: names.length === width ? names : Array.from({ length: width }, (_, k) => `${k}`),
    values: new Float32Array(output.data),
    targets: target && fits ? new Float32Array(target.data) : null,
  };
}

const decodeLayer = ({ layer, cell, units, quantities }: JsonObject): LayerInfo => ({
  layer: string(layer),
  cell: string(cell),
  units: count(units, MAX_UNITS),
  quantities: objects(quantities).map(({ quantity, role }) => ({
    quantity: string(quantity),
    role: stringOrNull(role),
  })),
});

const decodeMatrixInfo = ({ matrix, rows, columns, heads }: JsonObject): MatrixInfo => ({
  matrix: string(matrix),
  rows: string(rows),
  columns: string(columns),
  heads: heads === null || heads === undefined ? null : count(heads),
});

/** Probe of an answer. Steps up to `after` are those of the earlier answer. */
const decodeProbe = (entry: JsonObject, earlier?: ProbeInfo): ProbeInfo => {
  const { probe, generated, axis, written, layers } = entry;
  const end = continuedFrom(entry, earlier?.steps);
  const [steps, times] = [expandSteps(entry.steps), numbers(written)];
  if (times.length > steps.length) throw new WireError(`${times.length} times came with ${steps.length} steps.`);
  const untimed = Array.from({ length: steps.length - times.length }, () => NaN);
  const chosenSteps = (all: unknown, before?: readonly number[] | null) =>
    all ? [...(before?.slice(0, continuedFrom(entry, before)) ?? []), ...expandSteps(all)] : null;
  return {
    probe: string(probe),
    generated: boolean(generated),
    parent: stringOrNull(entry.parent),
    stepsOf: stringOrNull(entry.steps_of),
    signal: boolean(entry.signal),
    classes: entry.classes === null || entry.classes === undefined ? null : count(entry.classes),
    explained: chosenSteps(entry.explained, earlier?.explained),
    dynamics: chosenSteps(entry.dynamics, earlier?.dynamics),
    axis: axis === 'batch' || axis === 'once' ? axis : 'epoch',
    steps: [...(earlier?.steps.slice(0, end) ?? []), ...steps],
    written: [...(earlier?.written.slice(0, end) ?? []), ...untimed, ...times],
    generation: stringOrNull(entry.generation),
    layers: objects(layers).map(decodeLayer),
    matrices: objects(entry.matrices).map(decodeMatrixInfo),
  };
};

const decodeRun = ({ run, name, wall_time, probes }: JsonObject, earlier?: RunInfo): RunInfo => {
  const known = new Map(earlier?.probes.map((info) => [info.probe, info]));
  return {
    run: string(run),
    name: string(name),
    wallTime: number(wall_time),
    probes: objects(probes).map((entry) => decodeProbe(entry, known.get(string(entry.probe)))),
  };
};

/** Index, continued from the earlier one; a run that does not fit has a notice. */
export function decodeIndex(json: JsonObject, earlier?: Index): Index {
  const parts = new PartReader(json);
  const known = new Map(earlier?.runs.map((info) => [info.run, info]));
  const runs = parts.items('runs', (entry) => decodeRun(entry, known.get(string(entry.run))));
  const notices = parts.items('skipped', decodeNotice);
  return { runs, notices: [...notices, ...parts.skipped.map((text) => ({ run: '', step: null, text }))] };
}

const decodeFeatureSummary = ({ name, kind, count: matches, note, spec }: JsonObject): FeatureSummary => ({
  name: string(name),
  kind: string(kind),
  count: count(matches),
  note: stringOrNull(note),
  spec: objectOrNull(spec),
});

const decodeRange = ({ low, high, limit, missing }: JsonObject): Range => ({
  low: number(low),
  high: number(high),
  limit: number(limit),
  missing: number(missing),
});

const decodeAbsence = ({ layer, quantity, reason }: JsonObject): Absence => ({
  layer: string(layer),
  quantity: string(quantity),
  reason: string(reason),
});

const decodeLeftOut = ({ what, steps, quantities, reason }: JsonObject): LeftOut => ({
  what: what === 'reading' || what === 'matrix' ? what : 'activity',
  steps: integers(steps),
  quantities: quantities ? strings(quantities) : null,
  reason: string(reason),
});

const decodeFirstNan = ({ step, layer, quantity, unit, token, text }: JsonObject): FirstNan => ({
  step: integer(step),
  layer: string(layer),
  quantity: string(quantity),
  unit: count(unit),
  token: count(token, MAX_TOKENS),
  text: string(text),
});

const decodeEmerged = ({ feature, step, layer, quantity, unit }: JsonObject): Emerged => ({
  feature: string(feature),
  step: integer(step),
  layer: string(layer),
  quantity: string(quantity),
  unit: count(unit),
});

/** Older logs know no kind, and took all targets as next tokens. */
const targetKind = (kind: unknown): TargetKind => TARGET_KINDS.find((known) => known === kind) ?? 'next';

const nullable =
  <T>(decode: (json: JsonObject) => T) =>
  (value: unknown): T | null => {
    const json = objectOrNull(value);
    return json && decode(json);
  };

const decodeLayerMatching = (value: unknown) => {
  const { quality, moved } = object(value);
  return { quality: number(quality), moved: moved ? count(moved) : 0 };
};

const decodeContent = ({ kind, language, confidence, evidence }: JsonObject): Content => ({
  kind: string(kind),
  language: stringOrNull(language),
  confidence: finiteOrNull(confidence),
  evidence: string(evidence),
});

/** Digest without the parts that do not fit, and sentences about them. */
function decodeDigest(
  json: JsonObject,
  keys: readonly string[],
): { readonly digest: Digest; readonly skipped: readonly string[] } {
  const parts = new PartReader(json);
  const findings = parts.items('hypotheses', decodeFinding);
  const brief = json.brief === true;
  const listed = brief
    ? parts.read('listed', integers, []).map((number) => keys[number] ?? '')
    : findings.map(findingKey);
  const digest = {
    step: integer(json.step),
    brief,
    listed,
    wallTime: parts.read('wall_time', number, NaN),
    tokens: parts.read('tokens', (tokens) => (tokens === undefined ? NaN : count(tokens, MAX_TOKENS)), NaN),
    generated: parts.read('generated', boolean, false),
    tests: parts.read('tests', (tests) => count(tests ?? 0), 0),
    loss: parts.read('loss', finiteOrNull, null),
    content: parts.read('content', nullable(decodeContent), null),
    tagger: parts.read('tagger', stringOrNull, null),
    features: parts.items('features', decodeFeatureSummary),
    findings,
    lossNote: parts.read('loss_note', stringOrNull, null),
    targetKind: targetKind(json.target_kind),
    ablationNote: parts.read('causal_note', stringOrNull, null),
    doctor: parts.items('doctor', decodeDiagnosis),
    kinds: parts.entries('kinds', decodeLayerKinds),
    gallery: parts.items('gallery', decodeGalleryUnit),
    units: parts.entries('units', (units) => count(units, MAX_UNITS)),
    ranges: parts.entries('ranges', (layer) => mapValues(layer, (range) => decodeRange(object(range)))),
    absent: parts.items('absent', decodeAbsence),
    leftOut: parts.items('left_out', decodeLeftOut),
    firstNan: parts.read('first_nan', nullable(decodeFirstNan), null),
    errors: parts.read('errors', nullable(decodeErrors), null),
    memory: parts.entries('memory', (layer) => decodeLayerMemory(object(layer))),
    matching: parts.entries('matching', decodeLayerMatching),
    emergence: parts.items('emergence', decodeEmerged),
    bytes: parts.read('bytes', finiteOrNull, null),
  };
  return { digest, skipped: parts.skipped };
}

const decodeFindingKeys = (value: unknown): string[] =>
  (value === undefined ? [] : list(value)).map((names) => {
    const [feature, layer, quantity, unit] = list(names);
    return findingKey({
      feature: string(feature),
      layer: string(layer),
      quantity: string(quantity),
      unit: count(unit, MAX_UNITS),
    });
  });

/** Digests of a run, and notices about what was left out by the server or here. */
export function decodeDigests(json: JsonObject, run: string): Digests {
  const parts = new PartReader(json);
  const keys = parts.read('findings', decodeFindingKeys, []);
  const decoded = parts.items('steps', (digest) => decodeDigest(digest, keys));
  const notices = parts.items('skipped', decodeNotice);
  const own = decoded.flatMap(({ digest: { step }, skipped }) => skipped.map((text) => ({ run, step, text })));
  const lost = parts.skipped.map((text) => ({ run, step: null, text }));
  return { digests: decoded.map(({ digest }) => digest), notices: [...notices, ...own, ...lost], earlier: 0 };
}
