import type { Activity, Digest, Index, Looked, Relevance, Spectrum, TokenText } from './types.ts';
import { decodeLooked } from './wire-findings.ts';
import * as wire from './wire.ts';

/** One thing to ask the server for. Equal addresses are the same thing. */
export interface Request<T> {
  readonly url: string;
  /** Whether the answer stays true: a recording does, the list of what exists does not. */
  readonly lasting: boolean;
  decode(response: Response): Promise<{ value: T; bytes: number }>;
}

/** Where one recording stands. */
export interface Place {
  readonly run: string;
  readonly probe: string;
  readonly step: number;
}

type Query = Record<string, string | number>;

function address(route: string, query: Query = {}): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return pairs.length ? `${route}?${pairs.join('&')}` : route;
}

function json<T>(route: string, query: Query, decode: (json: any) => T): Request<T> {
  return {
    url: address(route, query),
    lasting: false,
    decode: async (response) => ({ value: decode(await response.json()), bytes: 0 }),
  };
}

/** An inflated chunk is larger than what came; four times is the usual for 8-bit activity. */
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

/** `feature` is JSON or YAML; the answer is computed, and stays true. */
export const requestLooked = ({ run, probe, step }: Place, feature: string): Request<Looked> => ({
  url: address('feature', { run, probe, step, feature }),
  lasting: true,
  decode: async (response) => {
    const text = await response.text();
    return { value: decodeLooked(JSON.parse(text)), bytes: 2 * text.length };
  },
});

export const requestText = ({ run, probe, step }: Place): Request<TokenText> =>
  container('text', { run, probe, step }, wire.decodeText);

export const requestActivity = ({ run, probe, step }: Place, layer: string, quantity: string): Request<Activity> =>
  container('activity', { run, probe, step, layer, quantity }, (buffer) => wire.decodeActivity(buffer));

/** Only what holds this unit: the other rows are missing. */
export const requestUnit = ({ run, probe, step }: Place, layer: string, quantity: string, unit: number): Request<Activity> =>
  container('activity', { run, probe, step, layer, quantity, unit }, (buffer) => wire.decodeActivity(buffer, unit));

export const requestSpectrum = ({ run, probe, step }: Place, layer: string, quantity: string): Request<Spectrum> =>
  container('spectrum', { run, probe, step, layer, quantity }, wire.decodeSpectrum);

export const requestRelevance = ({ run, probe, step }: Place, layer: string, quantity: string): Request<Relevance> =>
  container('relevance', { run, probe, step, layer, quantity }, wire.decodeRelevance);
