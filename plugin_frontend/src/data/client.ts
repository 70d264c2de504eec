import { signal } from '@preact/signals-core';
import { Lru } from './lru.ts';
import type { Decoded, Request } from './request.ts';

/** Error of the server, with the server's sentence as message. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Fetch = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

interface Flight {
  readonly promise: Promise<unknown>;
  readonly controller: AbortController;
  waiting: number;
}

const CACHE_BYTES = 192 * 2 ** 20;
const GROWN_BYTES = 64 * 2 ** 20;
/** Responses above this size report progress. */
const LARGE_BYTES = 2 ** 21;

/**
 * Client of the plugin's routes.
 * Equal requests share one fetch, decoded answers are cached, and a fetch without listeners is cancelled.
 */
export class Client {
  /** Of the large answers that are on their way, bytes; none while `total` is 0. */
  readonly progress = signal({ loaded: 0, total: 0 });

  private readonly cache = new Lru<unknown>(CACHE_BYTES);
  /** Last answers of requests that grow, which the next ones continue. */
  private readonly grown = new Lru<Decoded<unknown>>(GROWN_BYTES);
  private readonly flights = new Map<string, Flight>();

  constructor(
    private readonly base = './',
    private readonly fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {}

  /** The decoded answer if it is here already. */
  cached<T>(request: Request<T>): T | undefined {
    return request.lasting ? (this.cache.get(request.url) as T | undefined) : undefined;
  }

  has(request: Request<unknown>): boolean {
    return request.lasting && this.cache.has(request.url);
  }

  /** Size of a cached answer in bytes; 0 if it is not cached. */
  bytes(request: Request<unknown>): number {
    return this.cache.bytes(request.url);
  }

  get<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    const cached = this.cached(request);
    if (cached !== undefined) return Promise.resolve(cached);
    const flight = this.flights.get(request.url) ?? this.start(request);
    flight.waiting++;
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        if (--flight.waiting === 0) this.cancel(request.url, flight);
        reject(signal.reason);
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      flight.promise
        .then((value) => resolve(value as T), reject)
        .finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Forgets the recordings of a run, for instance because it was written anew. */
  forget(run: string): void {
    const mark = `run=${encodeURIComponent(run)}&`;
    this.cache.deleteWhere((url) => url.includes(mark));
    this.grown.deleteWhere((url) => url.includes(mark));
  }

  private start<T>(request: Request<T>): Flight {
    const controller = new AbortController();
    const promise = this.load(request, controller.signal).finally(() => {
      if (this.flights.get(request.url) === flight) this.flights.delete(request.url);
    });
    promise.catch(() => {});
    const flight: Flight = { promise, controller, waiting: 0 };
    this.flights.set(request.url, flight);
    return flight;
  }

  private cancel(url: string, flight: Flight): void {
    if (this.flights.get(url) === flight) this.flights.delete(url);
    flight.controller.abort();
  }

  private async load<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    if (request.grows) return this.loadGrown(request, signal);
    const response = await this.ask(request.url + (request.suffix?.() ?? ''), signal);
    const { value, bytes } = await request.decode(response);
    if (request.lasting) this.cache.set(request.url, value, bytes);
    return value;
  }

  private async loadGrown<T>(request: Request<T>, signal: AbortSignal): Promise<T> {
    const { url } = request;
    const earlier = this.grown.get(url) as Decoded<T> | undefined;
    const since = encodeURIComponent(earlier?.cursor ?? 'none');
    const response = await this.ask(`${url}${url.includes('?') ? '&' : '?'}since=${since}`, signal);
    const decoded = await request.decode(response, earlier?.value);
    if (decoded.cursor) this.grown.set(url, decoded, this.grown.bytes(url) + decoded.bytes);
    else this.grown.delete(url);
    return decoded.value;
  }

  private async ask(url: string, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await this.fetch(this.base + url, { signal });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new ServerError(0, 'TensorBoard does not answer. Is it still running?');
    }
    if (response.ok) return this.counted(response);
    const plain = response.headers.get('content-type')?.startsWith('text/plain');
    const sentence = plain ? (await response.text()).trim() : '';
    throw new ServerError(response.status, sentence || `TensorBoard answered ${response.status} to ${url}.`);
  }

  /** Response whose bytes count in `progress` while it arrives, if it is large. */
  private counted(response: Response): Response {
    const total = Number(response.headers.get('content-length'));
    if (!response.body || !(total > LARGE_BYTES)) return response;
    let here = 0;
    const tell = (loaded: number, more: number) => {
      const now = this.progress.peek();
      this.progress.value = { loaded: now.loaded + loaded, total: now.total + more };
    };
    tell(0, total);
    const finish = () => tell(-here, -total);
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            finish();
            return controller.close();
          }
          here += value.length;
          tell(value.length, 0);
          controller.enqueue(value);
        } catch (error) {
          finish();
          controller.error(error);
        }
      },
    });
    return new Response(body, { status: response.status, headers: response.headers });
  }
}
