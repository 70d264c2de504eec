/**
 * Decoders of binary containers, codecs, index and digests.
 * With `wire-findings.ts` and `wire-network.ts` the only place that knows them.
 */
import { ChunkedMatrix, type Chunk } from './matrix.ts';
import type {
  Activity,
  Digest,
  FirstNan,
  Index,
  LeftOut,
  ProbeInfo,
  Range,
  Relevance,
  Spectrum,
  TokenText,
  UnitSeries,
} from './types.ts';
import { decodeFinding, decodeDiagnosis, finiteOrNull, number } from './wire-findings.ts';
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

type Json = Record<string, any>;
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

const parse = (bytes: ArrayBuffer | Bytes): any => JSON.parse(new TextDecoder().decode(bytes));

function readHeader(blob: Bytes, kind: keyof typeof EXPECTED_KINDS): Json {
  const header = parse(blob) as Json;
  if (header.version > VERSION) {
    throw new WireError(
      `This was written in format ${header.version}; this tab reads up to ${VERSION}. ` +
        'Update tb_rnnviz where TensorBoard runs.',
    );
  }
  if (header.kind !== EXPECTED_KINDS[kind]) throw new WireError(`Asked for ${kind}, came ${header.kind}.`);
  return header;
}

function decodeChunk(data: ArrayBuffer, entry: Json, encoding: string): Chunk {
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

/** With `unit`, the header names all chunks and the blobs are those that hold the unit. */
async function decodeMatrix(header: Json, blobs: readonly Bytes[], unit?: number): Promise<ChunkedMatrix> {
  const all = header.chunks as Json[];
  const entries = unit === undefined ? all : all.filter(({ units }) => units[0] <= unit && unit < units[1]);
  if (entries.length !== blobs.length)
    throw new WireError(`${entries.length} chunks were announced, ${blobs.length} came.`);
  const data = await Promise.all(blobs.map(inflate));
  const chunks = data.map((bytes, i) => decodeChunk(bytes, entries[i], header.encoding));
  return new ChunkedMatrix(header.units, header.tokens, chunks);
}

export async function decodeActivity(buffer: ArrayBuffer, unit?: number): Promise<Activity> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'activity');
  return { matrix: await decodeMatrix(header, rest, unit), lengths: header.lengths };
}

export async function decodeSpectrum(buffer: ArrayBuffer): Promise<Spectrum> {
  const [first, ...rest] = splitContainer(buffer);
  const header = readHeader(first, 'spectrum');
  return {
    matrix: await decodeMatrix(header, rest),
    frequency: Float32Array.from(header.frequency),
    bins: header.bins,
  };
}

export async function decodeRelevance(buffer: ArrayBuffer): Promise<Relevance> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'relevance');
  const { features, statistics, units } = header as { features: string[]; statistics: string[]; units: number };
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
  const { steps, rows, units } = readHeader(first, 'units') as { steps: number[]; rows: string[]; units: number };
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
  const entries = header.arrays as { name: string; dtype: string; shape: number[] }[];
  const named = new Map(entries.map((entry, i) => [entry.name, { ...entry, data: data[i] }]));
  const uint32 = (name: string) => (named.has(name) ? new Uint32Array(named.get(name)!.data) : null);
  const float32 = (name: string) => (named.has(name) ? new Float32Array(named.get(name)!.data) : null);
  const tokens = uint32('tokens');
  if (!tokens) throw new WireError('The text holds no tokens.');
  const promptTokens = header.prompt_tokens ?? 0;
  const probability = float32('probability');
  probability?.fill(NaN, 0, Math.max(0, promptTokens - 1));
  const masks = [...named.values()].filter(({ name }) => name.startsWith(FEATURE));
  return {
    lengths: header.lengths,
    labels: Array.isArray(header.labels) ? header.labels.map(String) : null,
    table: parse(words),
    tokens,
    generated: Boolean(header.generated),
    promptTokens,
    probability,
    target: uint32('target'),
    expected: uint32('expected'),
    expectedProbability: float32('expected_probability'),
    expectedCount: named.get('expected')?.shape[1] ?? 0,
    masks: new Map(masks.map(({ name, data: mask }) => [name.slice(FEATURE.length), new Uint8Array(mask)])),
    errors: named.has('error') && header.error_categories ? new Uint8Array(named.get('error')!.data) : null,
    errorNames: (header.error_categories ?? []).map(String),
    surprisal: float32('surprise'),
  };
}

export function decodeIndex(json: Json): Index {
  const runs = (json.runs as Json[]).map((run) => ({
    run: run.run,
    name: run.name,
    wallTime: run.wall_time,
    probes: (run.probes as Json[]).map((probe) => ({
      ...(probe as ProbeInfo),
      axis: probe.axis === 'batch' ? ('batch' as const) : ('epoch' as const),
    })),
  }));
  return { runs, notices: json.notices ?? [] };
}

const mapValues = <A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const decodeRange = (json: Json): Range => ({
  low: number(json.low),
  high: number(json.high),
  limit: number(json.limit),
  missing: number(json.missing),
});

const decodeLeftOut = ({ what, steps, quantities, reason }: Json): LeftOut => ({
  what: what === 'reading' ? 'reading' : 'activity',
  steps: steps ?? [],
  quantities: quantities ?? null,
  reason: reason ?? '',
});

export function decodeDigests(json: Json): Digest[] {
  return (json.steps as Json[]).map((step) => ({
    step: step.step,
    wallTime: step.wall_time,
    tokens: step.tokens,
    generated: Boolean(step.generated),
    tests: number(step.tests ?? 0),
    loss: finiteOrNull(step.loss),
    tagger: step.tagger ?? null,
    features: (step.features as Json[]).map(({ name, kind, count, note, spec }) => ({
      name,
      kind,
      count,
      note: note ?? null,
      spec: spec ?? null,
    })),
    findings: (step.hypotheses as Json[]).map(decodeFinding),
    ablationNote: step.causal_note ?? null,
    doctor: ((step.doctor ?? []) as Json[]).map(decodeDiagnosis),
    ranges: mapValues(step.ranges ?? {}, (layer) => mapValues(layer as Record<string, Json>, decodeRange)),
    absent: step.absent ?? [],
    leftOut: ((step.left_out ?? []) as Json[]).map(decodeLeftOut),
    firstNan: (step.first_nan as FirstNan | null | undefined) ?? null,
    errors: step.errors ? decodeErrors(step.errors) : null,
    memory: mapValues((step.memory ?? {}) as Record<string, Json>, decodeLayerMemory),
    matching: mapValues((step.matching ?? {}) as Record<string, Json>, ({ quality, moved }) => ({
      quality: number(quality),
      moved: number(moved ?? 0),
    })),
    emergence: step.emergence ?? [],
    bytes: finiteOrNull(step.bytes),
  }));
}
