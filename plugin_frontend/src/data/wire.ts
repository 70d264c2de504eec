/**
 * Decoders of binary containers, codecs, index and digests.
 * Each other answer has a file with its type, decoder and request.
 */
import {
  finiteOrNull,
  mapValues,
  number,
  numbers,
  object,
  objectOrNull,
  objects,
  string,
  stringOrNull,
  strings,
  type JsonObject,
} from './json.ts';
import { ChunkedMatrix, type Chunk } from './matrix.ts';
import type {
  Absence,
  Activity,
  Digest,
  Emerged,
  FeatureSummary,
  FirstNan,
  Index,
  LayerInfo,
  LeftOut,
  ProbeInfo,
  Range,
  Relevance,
  Spectrum,
  TokenText,
  UnitSeries,
  TargetKind,
} from './types.ts';
import { decodeFinding, decodeDiagnosis } from './wire-findings.ts';
import { decodeErrors, decodeLayerMemory } from './wire-network.ts';

/** The newest version of contract and log that this tab understands. */
const VERSION = 1;
const EXPECTED_KINDS = {
  text: 'text',
  activity: 'activity',
  spectrum: 'spectrum',
  relevance: 'relevance',
  units: 'units',
} as const;
const FEATURE = 'feature:';

type Bytes = Uint8Array<ArrayBuffer>;

export class WireError extends Error {}

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

/** A zlib stream, unpacked by the browser. */
export async function inflate(bytes: Bytes): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
}

const parse = (bytes: ArrayBuffer | Bytes): unknown => JSON.parse(new TextDecoder().decode(bytes));

function readHeader(blob: Bytes, kind: keyof typeof EXPECTED_KINDS): JsonObject {
  const header = object(parse(blob));
  if (number(header.version) > VERSION) {
    throw new WireError(
      `This was written in format ${header.version}; this tab reads up to ${VERSION}. ` +
        'Update tb_rnnviz where TensorBoard runs.',
    );
  }
  if (header.kind !== EXPECTED_KINDS[kind]) throw new WireError(`Asked for ${kind}, came ${header.kind}.`);
  return header;
}

function decodeChunk(data: ArrayBuffer, entry: JsonObject, encoding: string): Chunk {
  const [units, tokens] = [entry.units, entry.tokens] as [[number, number], [number, number]];
  const rows = units[1] - units[0];
  const size = rows * (tokens[1] - tokens[0]);
  const width = encoding === 'int8' ? 1 : encoding === 'float16' ? 2 : 0;
  if (!width) throw new WireError(`Unknown encoding ${encoding}; this tab reads int8 and float16.`);
  if (data.byteLength !== 4 * rows + width * size) {
    throw new WireError(
      `A chunk of ${rows} units holds ${data.byteLength} bytes instead of ${4 * rows + width * size}.`,
    );
  }
  const codes = width === 1 ? new Int8Array(data, 4 * rows, size) : new Uint16Array(data, 4 * rows, size);
  return { units, tokens, scale: new Float32Array(data, 0, rows), codes };
}

/** Decodes an activity; with `unit`, only blobs with that unit follow the header. */
async function decodeMatrix(header: JsonObject, blobs: readonly Bytes[], unit?: number): Promise<ChunkedMatrix> {
  const all = objects(header.chunks);
  const holds = ([first, end]: readonly number[], unit: number) => first <= unit && unit < end;
  const entries = unit === undefined ? all : all.filter(({ units }) => holds(numbers(units), unit));
  if (entries.length !== blobs.length)
    throw new WireError(`${entries.length} chunks were announced, ${blobs.length} came.`);
  const data = await Promise.all(blobs.map(inflate));
  const chunks = data.map((bytes, i) => decodeChunk(bytes, entries[i], string(header.encoding)));
  return new ChunkedMatrix(number(header.units), number(header.tokens), chunks);
}

export async function decodeActivity(buffer: ArrayBuffer, unit?: number): Promise<Activity> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'activity');
  return { matrix: await decodeMatrix(header, rest, unit), lengths: numbers(header.lengths) };
}

export async function decodeSpectrum(buffer: ArrayBuffer): Promise<Spectrum> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'spectrum');
  return {
    matrix: await decodeMatrix(header, rest),
    frequency: Float32Array.from(numbers(header.frequency)),
    bins: number(header.bins),
  };
}

export async function decodeRelevance(buffer: ArrayBuffer): Promise<Relevance> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'relevance');
  const [features, statistics, units] = [strings(header.features), strings(header.statistics), number(header.units)];
  const values = new Float32Array(await inflate(second));
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

export async function decodeUnitSeries(buffer: ArrayBuffer): Promise<UnitSeries> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'units');
  const [steps, rows, units] = [numbers(header.steps), strings(header.rows), number(header.units)];
  const values = new Float32Array(await inflate(second));
  if (values.length !== steps.length * rows.length * units) {
    throw new WireError(
      `${steps.length} steps of ${rows.length} rows of ${units} units came with ${values.length} values.`,
    );
  }
  return {
    steps,
    rows,
    units,
    get(step, row) {
      const [s, r] = [steps.indexOf(step), rows.indexOf(row)];
      if (s < 0 || r < 0) return new Float32Array(0);
      const start = (s * rows.length + r) * units;
      return values.subarray(start, start + units);
    },
  };
}

export async function decodeText(buffer: ArrayBuffer): Promise<TokenText> {
  const [first, second, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'text');
  const [words, ...data] = await Promise.all([second, ...rest].map(inflate));
  const arrays = objects(header.arrays).map(({ name, shape }, i) => ({
    name: string(name),
    shape: numbers(shape),
    data: data[i],
  }));
  const named = new Map(arrays.map((array) => [array.name, array]));
  const uint32 = (name: string) => (named.has(name) ? new Uint32Array(named.get(name)!.data) : null);
  const float32 = (name: string) => (named.has(name) ? new Float32Array(named.get(name)!.data) : null);
  const tokens = uint32('tokens');
  if (!tokens) throw new WireError('The text holds no tokens.');
  const promptTokens = number(header.prompt_tokens ?? 0);
  const probability = float32('probability');
  probability?.fill(NaN, 0, Math.max(0, promptTokens - 1));
  const masks = [...named.values()].filter(({ name }) => name.startsWith(FEATURE));
  return {
    lengths: numbers(header.lengths),
    labels: Array.isArray(header.labels) ? strings(header.labels) : null,
    table: strings(parse(words)),
    tokens,
    generated: Boolean(header.generated),
    promptTokens,
    targetKind: targetKind(header.target_kind),
    probability,
    target: uint32('target'),
    expected: uint32('expected'),
    expectedProbability: float32('expected_probability'),
    expectedCount: named.get('expected')?.shape[1] ?? 0,
    masks: new Map(masks.map(({ name, data: mask }) => [name.slice(FEATURE.length), new Uint8Array(mask)])),
    errors: named.has('error') && header.error_categories ? new Uint8Array(named.get('error')!.data) : null,
    errorNames: strings(header.error_categories),
    surprisal: float32('surprise'),
  };
}

const decodeLayer = ({ layer, cell, units, quantities }: JsonObject): LayerInfo => ({
  layer: string(layer),
  cell: string(cell),
  units: number(units),
  quantities: objects(quantities).map(({ quantity, role }) => ({
    quantity: string(quantity),
    role: stringOrNull(role),
  })),
});

const decodeProbe = ({ probe, generated, axis, steps, written, layers }: JsonObject): ProbeInfo => ({
  probe: string(probe),
  generated: Boolean(generated),
  axis: axis === 'batch' || axis === 'once' ? axis : 'epoch',
  steps: numbers(steps),
  written: numbers(written),
  layers: objects(layers).map(decodeLayer),
});

export const decodeIndex = ({ runs, notices }: JsonObject): Index => ({
  runs: objects(runs).map(({ run, name, wall_time, probes }) => ({
    run: string(run),
    name: string(name),
    wallTime: number(wall_time),
    probes: objects(probes).map(decodeProbe),
  })),
  notices: strings(notices),
});

const decodeFeatureSummary = ({ name, kind, count, note, spec }: JsonObject): FeatureSummary => ({
  name: string(name),
  kind: string(kind),
  count: number(count),
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
  what: what === 'reading' ? 'reading' : 'activity',
  steps: numbers(steps),
  quantities: Array.isArray(quantities) ? strings(quantities) : null,
  reason: string(reason),
});

const decodeFirstNan = ({ step, layer, quantity, unit, token, text }: JsonObject): FirstNan => ({
  step: number(step),
  layer: string(layer),
  quantity: string(quantity),
  unit: number(unit),
  token: number(token),
  text: string(text),
});

const decodeEmerged = ({ feature, step, layer, quantity, unit }: JsonObject): Emerged => ({
  feature: string(feature),
  step: number(step),
  layer: string(layer),
  quantity: string(quantity),
  unit: number(unit),
});

/** Older logs know no kind, and took all targets as next tokens. */
const targetKind = (kind: unknown): TargetKind => (kind === 'token' || kind === 'sequence' ? kind : 'next');

function decodeDigest(step: JsonObject): Digest {
  const [firstNan, errors] = [step.first_nan, step.errors].map(objectOrNull);
  return {
    step: number(step.step),
    wallTime: number(step.wall_time),
    tokens: number(step.tokens),
    generated: Boolean(step.generated),
    tests: number(step.tests ?? 0),
    loss: finiteOrNull(step.loss),
    tagger: stringOrNull(step.tagger),
    features: objects(step.features).map(decodeFeatureSummary),
    findings: objects(step.hypotheses).map(decodeFinding),
    lossNote: stringOrNull(step.loss_note),
    targetKind: targetKind(step.target_kind),
    ablationNote: stringOrNull(step.causal_note),
    doctor: objects(step.doctor).map(decodeDiagnosis),
    units: mapValues(step.units, number),
    ranges: mapValues(step.ranges, (layer) => mapValues(layer, (range) => decodeRange(object(range)))),
    absent: objects(step.absent).map(decodeAbsence),
    leftOut: objects(step.left_out).map(decodeLeftOut),
    firstNan: firstNan && decodeFirstNan(firstNan),
    errors: errors && decodeErrors(errors),
    memory: mapValues(step.memory, (layer) => decodeLayerMemory(object(layer))),
    matching: mapValues(step.matching, (layer) => ({
      quality: number(object(layer).quality),
      moved: number(object(layer).moved ?? 0),
    })),
    emergence: objects(step.emergence).map(decodeEmerged),
    bytes: finiteOrNull(step.bytes),
  };
}

export const decodeDigests = ({ steps }: JsonObject): Digest[] => objects(steps).map(decodeDigest);
