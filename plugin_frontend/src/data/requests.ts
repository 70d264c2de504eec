import { object, objects, parseJson, string } from './json.ts';
import { container, growingJson, lastingJson, recordingQuery, type Request } from './request.ts';
import type { Activity, Index, FeatureQueryResult, Relevance, Spectrum, TokenText, RecordingRef } from './types.ts';
import { decodeFeatureQueryResult } from './wire-findings.ts';
import * as wire from './wire.ts';

export const requestIndex = (): Request<Index> => growingJson('index', {}, wire.decodeIndex);

/** `feature` is JSON or YAML. */
export const requestFeatureQuery = (ref: RecordingRef, feature: string): Request<FeatureQueryResult> =>
  lastingJson('feature', { ...recordingQuery(ref), feature }, decodeFeatureQueryResult);

/** Request that makes the server read ahead for the first feature query. */
export const requestWarmup = (ref: RecordingRef): Request<null> =>
  lastingJson('feature', { ...recordingQuery(ref), feature: '{name: ready, kind: digit}', top: 0 }, () => null);

export const requestText = (ref: RecordingRef): Request<TokenText> =>
  container('text', recordingQuery(ref), wire.decodeText);

export const requestActivity = (ref: RecordingRef, layer: string, quantity: string): Request<Activity> =>
  container('activity', { ...recordingQuery(ref), layer, quantity }, (buffer) => wire.decodeActivity(buffer));

/** Only what holds this unit: the other rows are missing. */
export const requestUnit = (ref: RecordingRef, layer: string, quantity: string, unit: number): Request<Activity> =>
  container('activity', { ...recordingQuery(ref), layer, quantity, unit }, (buffer) =>
    wire.decodeActivity(buffer, unit),
  );

export const requestSpectrum = (ref: RecordingRef, layer: string, quantity: string): Request<Spectrum> =>
  container('spectrum', { ...recordingQuery(ref), layer, quantity }, wire.decodeSpectrum);

export const requestRelevance = (ref: RecordingRef, layer: string, quantity: string): Request<Relevance> =>
  container('relevance', { ...recordingQuery(ref), layer, quantity }, wire.decodeRelevance);

/** Log directory of TensorBoard, for a line of Python; null if it is not told. */
export const requestLogs = (): Request<string | null> => ({
  url: '../../environment',
  lasting: true,
  decode: async (response) => ({
    value: string(object(parseJson(await response.text())).data_location) || null,
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
  decode: async (response) => ({
    value: objects(parseJson(await response.text())).map(({ path, title }) => ({
      path: string(path),
      title: string(title),
    })),
    bytes: 10_000,
  }),
});
