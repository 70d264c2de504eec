import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import type { Request } from '../data/request.ts';
import { valueOrStale, type Loadable } from './loadable.ts';

/** Request of a resource. */
export interface ResourceRequest<T> {
  readonly request: Request<T>;
  /** Group of requests: the old value stays visible while another of it loads. */
  readonly staleGroup: string;
  /** Requests that are likely to follow, most likely first. */
  readonly prefetch?: readonly Request<unknown>[];
  /**
   * Milliseconds that a request must stand before it is sent.
   * None if the answer is cached, or if it is the first.
   */
  readonly debounceMs?: number;
  /** Equality of a refreshed answer with the old one; equal answers notify nobody. */
  readonly same?: (a: T, b: T) => boolean;
}

/** Largest size of the answers prefetched for one request. */
const AHEAD_BYTES = 24 * 2 ** 20;

type Want<T> = () => ResourceRequest<T> | { readonly why: string } | null;

/**
 * Signal of a value that is fetched while somebody watches it.
 * `want` returns the request.
 * Null from `want` means: not known yet. A fetch that is no longer requested is cancelled, unless the next request
 * is equal. An element that is rendered again stops and starts watching; therefore it counts only after a turn of
 * the event loop.
 */
export function resource<T>(client: Client, want: Want<T>): ReadonlySignal<Loadable<T>> {
  let watched = false;
  let stop: (() => void) | null = null;

  const begin = () => {
    if (watched) stop ??= run(client, want, state);
  };
  const end = () => {
    if (watched) return;
    stop?.();
    stop = null;
  };
  const state = signal<Loadable<T>>(
    { state: 'loading', stale: null },
    {
      watched: () => {
        watched = true;
        queueMicrotask(begin);
      },
      unwatched: () => {
        watched = false;
        setTimeout(end);
      },
    },
  );
  return state;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Longest wait until the page has nothing to draw, in milliseconds. */
const IDLE_WITHIN = 1000;

/** Waits until the page has nothing to draw, or a turn where it cannot tell. */
const idle = () =>
  'requestIdleCallback' in globalThis
    ? new Promise((done) => requestIdleCallback(done, { timeout: IDLE_WITHIN }))
    : pause(0);

type State<T> = ReadonlySignal<Loadable<T>> & { value: Loadable<T> };

function run<T>(client: Client, want: Want<T>, state: State<T>): () => void {
  const attempt = signal(0);
  let controller = new AbortController();
  let staleGroup = '';
  let url = '';

  const dispose = effect(() => {
    attempt.value;
    const next = want();
    untracked(() => {
      const previous = controller;
      controller = new AbortController();
      if (!next) {
        state.value = { state: 'loading', stale: null };
        staleGroup = '';
      } else if ('why' in next) {
        state.value = { state: 'empty', why: next.why };
        staleGroup = '';
      } else {
        const old = next.staleGroup === staleGroup ? valueOrStale(state.value) : null;
        const refresh = next.request.url === url && state.value.state === 'ready' && old !== null;
        staleGroup = next.staleGroup;
        ({ url } = next.request);
        void fill(next, old, refresh, controller.signal);
      }
      previous.abort();
    });
  });

  async function fill(next: ResourceRequest<T>, old: T | null, refresh: boolean, signal: AbortSignal): Promise<void> {
    const cached = client.cached(next.request);
    if (cached !== undefined) {
      show(next, cached);
    } else {
      if (!refresh) state.value = { state: 'loading', stale: old };
      try {
        if (next.debounceMs && old !== null) await pause(next.debounceMs);
        if (signal.aborted) return;
        const value = await client.get(next.request, signal);
        if (signal.aborted) return;
        show(next, value);
      } catch (error) {
        if (signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        state.value = { state: 'failed', message, retry: () => attempt.value++, stale: old };
        return;
      }
    }
    // The picture of now is drawn first.
    if (next.prefetch?.length) await idle();
    let room = AHEAD_BYTES;
    for (const request of next.prefetch ?? []) {
      if (signal.aborted || room < 0) return;
      if (!client.has(request)) await client.get(request, signal).catch(() => undefined);
      room -= client.bytes(request);
    }
  }

  function show({ same }: ResourceRequest<T>, value: T): void {
    const old = state.value;
    if (old.state === 'ready' && (old.value === value || same?.(old.value, value))) return;
    state.value = { state: 'ready', value };
  }

  return () => {
    dispose();
    controller.abort();
  };
}
