import { object, parseJson, string, type JsonObject } from './json.ts';
import type { RecordingRef } from './types.ts';

/** One thing to ask the server for. Equal addresses are the same thing. */
export interface Request<T> {
  readonly url: string;
  /** End of the address; it may change from one fetch to the next. */
  suffix?(): string;
  /** True if the answer never changes, as for a recording; false for lists of runs. */
  readonly lasting: boolean;
  /** True if an answer continues the one before, `since` its cursor. */
  readonly grows?: boolean;
  /** `earlier` is the value that the answer may continue; undefined for a first one. */
  decode(response: Response, earlier?: T): Promise<Decoded<T>>;
}

export interface Decoded<T> {
  readonly value: T;
  readonly bytes: number;
  /** Cursor of an answer that can be continued. */
  readonly cursor?: string;
}

export type Query = Record<string, string | number>;

/** Query of one recording; a step that was written again has an address of its own. */
export const recordingQuery = ({ run, probe, step, written }: RecordingRef): Query => ({
  run,
  probe,
  step,
  ...(written === undefined ? {} : { written }),
});

export function address(route: string, query: Query = {}): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return pairs.length ? `${route}?${pairs.join('&')}` : route;
}

export function json<T>(route: string, query: Query, decode: (json: JsonObject) => T | Promise<T>): Request<T> {
  return {
    url: address(route, query),
    lasting: false,
    decode: async (response) => ({ value: await decode(object(parseJson(await response.text()))), bytes: 0 }),
  };
}

/** Bytes of a decompressed chunk per byte received, often four for 8-bit activity. */
const INFLATION = 4;

export function container<T>(route: string, query: Query, decode: (buffer: ArrayBuffer) => Promise<T>): Request<T> {
  return {
    url: address(route, query),
    lasting: true,
    decode: async (response) => {
      const buffer = await response.arrayBuffer();
      return { value: await decode(buffer), bytes: INFLATION * buffer.byteLength };
    },
  };
}

/** An answer that stays true: what was computed from recordings. */
export function lastingJson<T>(route: string, query: Query, decode: (json: JsonObject) => T | Promise<T>): Request<T> {
  return {
    url: address(route, query),
    lasting: true,
    decode: async (response) => {
      const text = await response.text();
      return { value: await decode(object(parseJson(text))), bytes: 2 * text.length };
    },
  };
}

/** Answer in JSON with a cursor. `decode` continues the earlier value. */
export const growingJson = <T>(
  route: string,
  query: Query,
  decode: (json: JsonObject, earlier: T | undefined) => T | Promise<T>,
): Request<T> => ({
  url: address(route, query),
  lasting: false,
  grows: true,
  decode: async (response, earlier) => {
    const text = await response.text();
    const answer = object(parseJson(text));
    return { value: await decode(answer, earlier), bytes: 2 * text.length, cursor: string(answer.cursor) };
  },
});
