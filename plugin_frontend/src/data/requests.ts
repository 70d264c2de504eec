import { object, type JsonObject } from './json.ts';
import type {
  Activity,
  Digest,
  Index,
  UnitHistory,
  FeatureQueryResult,
  Matching,
  Relevance,
  Scalars,
  Spectrum,
  TokenText,
  UnitReport,
  UnitSeries,
  RecordingRef,
} from './types.ts';
import { decodeFeatureQueryResult } from './wire-findings.ts';
import { decodeUnitHistory, decodeMatching, decodeScalars, decodeUnitReport } from './wire-network.ts';
import * as wire from './wire.ts';

/** One thing to ask the server for. Equal addresses are the same thing. */
export interface Request<T> {
  readonly url: string;
  /** True if the answer never changes, as for a recording; false for lists of runs. */
  readonly lasting: boolean;
  decode(response: Response): Promise<{ value: T; bytes: number }>;
}

type Query = Record<string, string | number>;

function address(route: string, query: Query = {}): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return pairs.length ? `${route}?${pairs.join('&')}` : route;
}

function json<T>(route: string, query: Query, decode: (json: JsonObject) => T): Request<T> {
  return {
    url: address(route, query),
    lasting: false,
    decode: async (response) => ({ value: decode(object(await response.json())), bytes: 0 }),
  };
}

/** Bytes of a decompressed chunk per byte received, often four for 8-bit activity. */
const INFLATION = 4;

function container<T>(route: string, query: Query, decode: (buffer: ArrayBuffer) => Promise<T>): Request<T> {
  return {
    url: address(route, query),
    lasting: true,
    decode: async (response) => {
      const buffer = await response.arrayBuffer();
      return { value: await decode(buffer), bytes: INFLATION * buffer.byteLength };
    },
  };
}

export const requestIndex = (): Request<Index> => json('index', {}, wire.decodeIndex);

export const requestDigests = (run: string, probe: string): Request<Digest[]> =>
  json('digest', { run, probe }, wire.decodeDigests);

/** An answer that stays true: what was computed from recordings. */
function lastingJson<T>(route: string, query: Query, decode: (json: JsonObject) => T): Request<T> {
  return {
    url: address(route, query),
    lasting: true,
    decode: async (response) => {
      const text = await response.text();
      return { value: decode(object(JSON.parse(text))), bytes: 2 * text.length };
    },
  };
}

/** `feature` is JSON or YAML. */
export const requestFeatureQuery = ({ run, probe, step }: RecordingRef, feature: string): Request<FeatureQueryResult> =>
  lastingJson('feature', { run, probe, step, feature }, decodeFeatureQueryResult);

/** Request that makes the server read ahead for the first feature query. */
export const requestWarmup = ({ run, probe, step }: RecordingRef): Request<null> =>
  lastingJson('feature', { run, probe, step, feature: '{name: ready, kind: digit}', top: 0 }, () => null);

export const requestUnitReport = (
  { run, probe, step }: RecordingRef,
  layer: string,
  quantity: string,
  unit: number,
): Request<UnitReport> => lastingJson('unit', { run, probe, step, layer, quantity, unit }, decodeUnitReport);

export const requestMatching = (a: RecordingRef, b: RecordingRef, layer: string, quantity: string): Request<Matching> =>
  lastingJson(
    'matching',
    { run: a.run, probe: a.probe, step: a.step, other_run: b.run, other_step: b.step, layer, quantity },
    decodeMatching,
  );

export const requestUnitHistory = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  layer: string,
  quantity: string,
  unit: number,
): Request<UnitHistory> => json('life', { run, probe, layer, quantity, unit }, decodeUnitHistory);

export const requestScalars = (run: string): Request<Scalars> => json('scalars', { run }, decodeScalars);

/** Statistics of every unit at every step so far. */
export const requestUnitSeries = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  layer: string,
  quantity: string,
  what: string,
): Request<UnitSeries> => ({
  ...container('units', { run, probe, layer, quantity, what }, wire.decodeUnitSeries),
  lasting: false,
});

export const requestText = ({ run, probe, step }: RecordingRef): Request<TokenText> =>
  container('text', { run, probe, step }, wire.decodeText);

export const requestActivity = (
  { run, probe, step }: RecordingRef,
  layer: string,
  quantity: string,
): Request<Activity> =>
  container('activity', { run, probe, step, layer, quantity }, (buffer) => wire.decodeActivity(buffer));

/** Only what holds this unit: the other rows are missing. */
export const requestUnit = (
  { run, probe, step }: RecordingRef,
  layer: string,
  quantity: string,
  unit: number,
): Request<Activity> =>
  container('activity', { run, probe, step, layer, quantity, unit }, (buffer) => wire.decodeActivity(buffer, unit));

export const requestSpectrum = (
  { run, probe, step }: RecordingRef,
  layer: string,
  quantity: string,
): Request<Spectrum> => container('spectrum', { run, probe, step, layer, quantity }, wire.decodeSpectrum);

export const requestRelevance = (
  { run, probe, step }: RecordingRef,
  layer: string,
  quantity: string,
): Request<Relevance> => container('relevance', { run, probe, step, layer, quantity }, wire.decodeRelevance);

/** Log directory of TensorBoard, for a line of Python; null if it is not told. */
export const requestLogs = (): Request<string | null> => ({
  url: '../../environment',
  lasting: true,
  decode: async (response) => ({
    value: ((await response.json()) as { data_location?: string }).data_location || null,
    bytes: 100,
  }),
});

export interface DocPage {
  readonly path: string;
  readonly title: string;
}

/** A page of the docs that come with the tab, Markdown. */
export const requestDoc = (path: string): Request<string> => ({
  url: `static/docs/${path.split('/').map(encodeURIComponent).join('/')}`,
  lasting: true,
  decode: async (response) => {
    const value = await response.text();
    return { value, bytes: 2 * value.length };
  },
});

export const requestDocs = (): Request<DocPage[]> => ({
  url: 'static/docs/index.json',
  lasting: true,
  decode: async (response) => ({ value: (await response.json()) as DocPage[], bytes: 10_000 }),
});
