import { effect, signal } from '@preact/signals-core';
import { describe, expect, it, vi } from 'vitest';
import { Client } from '../data/client.ts';
import type { Request } from '../data/request.ts';
import type { Loadable } from './loadable.ts';
import { resource } from './resource.ts';

/** A server whose answers come when the test says so. */
class Slow {
  readonly asked: string[] = [];
  readonly cancelled: string[] = [];
  private readonly answers = new Map<string, (response: Response) => void>();
  readonly client = new Client('', (url, { signal }) => {
    this.asked.push(url);
    return new Promise((resolve, reject) => {
      this.answers.set(url, resolve);
      signal.addEventListener('abort', () => {
        this.cancelled.push(url);
        reject(signal.reason);
      });
    });
  });

  async answer(url: string, body = url.toUpperCase(), status = 200): Promise<void> {
    this.answers.get(url)!(new Response(body, { status, headers: { 'content-type': 'text/plain' } }));
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const request = (url: string): Request<string> => ({
  url,
  lasting: true,
  decode: async (r) => ({ value: await r.text(), bytes: 1 }),
});

async function watch<T>(state: { value: Loadable<T> }): Promise<{ seen: Loadable<T>[]; stop: () => void }> {
  const seen: Loadable<T>[] = [];
  const stop = effect(() => void seen.push(state.value));
  await settled();
  return { seen, stop };
}

describe('a resource', () => {
  it('is not asked for until somebody watches it', async () => {
    const server = new Slow();
    const state = resource(server.client, () => ({ request: request('a'), staleGroup: 'f' }));
    await settled();
    expect(server.asked).toEqual([]);
    const { seen } = await watch(state);
    await server.answer('a');
    expect(server.asked).toEqual(['a']);
    expect(seen.at(-1)).toEqual({ state: 'ready', value: 'A' });
  });

  it('shows the old value while another of its stale group loads, cancels what nobody requests', async () => {
    const server = new Slow();
    const which = signal('a');
    const { seen } = await watch(resource(server.client, () => ({ request: request(which.value), staleGroup: 'f' })));
    await server.answer('a');
    which.value = 'b';
    expect(seen.at(-1)).toEqual({ state: 'loading', stale: 'A' });
    which.value = 'c';
    expect(server.cancelled).toEqual(['b']);
    await server.answer('c');
    expect(seen.at(-1)).toEqual({ state: 'ready', value: 'C' });
    which.value = 'a';
    expect(seen.at(-1)).toEqual({ state: 'ready', value: 'A' });
  });

  it('does not show a value of another family', async () => {
    const server = new Slow();
    const which = signal('a');
    const { seen } = await watch(
      resource(server.client, () => ({ request: request(which.value), staleGroup: which.value })),
    );
    await server.answer('a');
    which.value = 'b';
    expect(seen.at(-1)).toEqual({ state: 'loading', stale: null });
  });

  it('fetches what is likely to be wanted next, and does not cancel it when it is', async () => {
    const server = new Slow();
    const which = signal('a');
    const next = () => (which.value === 'a' ? [request('b')] : []);
    const { seen } = await watch(
      resource(server.client, () => ({ request: request(which.value), staleGroup: 'f', prefetch: next() })),
    );
    await server.answer('a');
    expect(server.asked).toEqual(['a', 'b']);
    which.value = 'b';
    expect(server.cancelled).toEqual([]);
    await server.answer('b');
    expect([server.asked, seen.at(-1)]).toEqual([['a', 'b'], { state: 'ready', value: 'B' }]);
  });

  it('reads no further ahead than there is room for', async () => {
    const server = new Slow();
    const large = (url: string) => ({
      ...request(url),
      decode: async (response: Response) => ({ value: await response.text(), bytes: 20 * 2 ** 20 }),
    });
    await watch(
      resource(server.client, () => ({ request: request('a'), staleGroup: 'f', prefetch: ['b', 'c', 'd'].map(large) })),
    );
    for (const url of ['a', 'b', 'c']) await server.answer(url);
    expect(server.asked).toEqual(['a', 'b', 'c']);
  });

  it('says what failed and tries again', async () => {
    const server = new Slow();
    const { seen } = await watch(resource(server.client, () => ({ request: request('a'), staleGroup: 'f' })));
    await server.answer('a', 'No such step.', 404);
    const failed = seen.at(-1)!;
    expect(failed).toMatchObject({ state: 'failed', message: 'No such step.', stale: null });
    if (failed.state === 'failed') failed.retry();
    await server.answer('a');
    expect(seen.at(-1)).toEqual({ state: 'ready', value: 'A' });
  });

  it('survives an element that lets go and watches again', async () => {
    const server = new Slow();
    const state = resource(server.client, () => ({ request: request('a'), staleGroup: 'f' }));
    const first = await watch(state);
    first.stop();
    const second = await watch(state);
    await server.answer('a');
    expect([server.asked, second.seen.at(-1)]).toEqual([['a'], { state: 'ready', value: 'A' }]);
    second.stop();
  });

  it('cancels when nobody watches any more', async () => {
    const server = new Slow();
    const { stop } = await watch(resource(server.client, () => ({ request: request('a'), staleGroup: 'f' })));
    stop();
    await settled();
    expect(server.cancelled).toEqual(['a']);
  });

  it('tells nobody when a refreshed answer says the same', async () => {
    const tick = signal(0);
    const fetch = vi.fn(async () => new Response('[1]'));
    const list: Request<number[]> = {
      url: 'list',
      lasting: false,
      decode: async (r) => ({ value: await r.json(), bytes: 0 }),
    };
    const same = (a: number[], b: number[]) => a.join() === b.join();
    const { seen } = await watch(
      resource(new Client('', fetch), () => (tick.value, { request: list, staleGroup: 'f', same })),
    );
    const before = seen.length;
    tick.value++;
    await settled();
    expect([fetch.mock.calls.length, seen.length]).toEqual([2, before]);
  });
});
