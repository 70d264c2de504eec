import { describe, expect, it, vi } from 'vitest';
import { Client, ServerError } from './client.ts';
import type { Request } from './request.ts';

const request = (url: string, lasting = true): Request<string> => ({
  url,
  lasting,
  decode: async (response) => ({ value: await response.text(), bytes: 10 }),
});
const never = new AbortController().signal;
const answer = (body: string, init?: ResponseInit) => async () => new Response(body, init);

describe('Client', () => {
  it('asks once for what two want at the same time, and not again afterwards', async () => {
    const fetch = vi.fn(answer('a'));
    const client = new Client('base/', fetch);
    expect(await Promise.all([client.get(request('x'), never), client.get(request('x'), never)])).toEqual(['a', 'a']);
    expect(await client.get(request('x'), never)).toBe('a');
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith('base/x', expect.anything());
    expect(client.cached(request('x'))).toBe('a');
  });

  it('asks anew for what does not last', async () => {
    const fetch = vi.fn(answer('a'));
    const client = new Client('', fetch);
    await client.get(request('x', false), never);
    await client.get(request('x', false), never);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('cancels only when nobody waits any more', async () => {
    let signal: AbortSignal | undefined;
    const fetch = (_: string, init: { signal: AbortSignal }) => {
      ({ signal } = init);
      return new Promise<Response>((_resolve, reject) =>
        init.signal.addEventListener('abort', () => reject(init.signal.reason)),
      );
    };
    const client = new Client('', fetch);
    const [a, b] = [new AbortController(), new AbortController()];
    const waits = [client.get(request('x'), a.signal), client.get(request('x'), b.signal)].map((wait) =>
      wait.catch(() => 'left'),
    );
    a.abort();
    expect(signal!.aborted).toBe(false);
    b.abort();
    expect(signal!.aborted).toBe(true);
    expect(await Promise.all(waits)).toEqual(['left', 'left']);
  });

  it('passes on the sentence of the server', async () => {
    const plain = { status: 404, headers: { 'content-type': 'text/plain' } };
    const client = new Client('', answer('There is no unit 9.', plain));
    await expect(client.get(request('x'), never)).rejects.toThrow('There is no unit 9.');
  });

  it.each([
    [
      'a page of HTML',
      answer('<h1>500</h1>', { status: 500, headers: { 'content-type': 'text/html' } }),
      'TensorBoard answered 500 to x.',
    ],
    ['no server', () => Promise.reject(new TypeError('network')), 'TensorBoard does not answer. Is it still running?'],
  ])('has words of its own for %s', async (_, fetch, message) => {
    const failure = await new Client('', fetch).get(request('x'), never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServerError);
    expect((failure as Error).message).toBe(message);
  });

  it('forgets a run and no other', async () => {
    const client = new Client('', answer('a'));
    const [one, two] = [request('text?run=a%2Fb&step=1'), request('text?run=a&step=1')];
    await Promise.all([client.get(one, never), client.get(two, never)]);
    client.forget('a');
    expect([client.has(one), client.has(two)]).toEqual([true, false]);
  });

  it('tells how much of a large answer is there, and nothing of a small one', async () => {
    const parts = [new Uint8Array(2 ** 21), new Uint8Array(2 ** 20)];
    const total = 3 * 2 ** 20;
    const body = () =>
      new ReadableStream({
        pull(controller) {
          const part = parts.shift();
          if (part) controller.enqueue(part);
          else controller.close();
        },
      });
    const client = new Client('', async () => new Response(body(), { headers: { 'content-length': String(total) } }));
    const seen: { loaded: number; total: number }[] = [];
    client.progress.subscribe((now) => seen.push(now));
    expect((await client.get(request('x'), never)).length).toBe(total);
    expect(seen).toContainEqual({ loaded: 2 ** 21, total });
    expect(seen.at(-1)).toEqual({ loaded: 0, total: 0 });
    const quiet = new Client('', answer('a', { headers: { 'content-length': '1' } }));
    quiet.progress.subscribe((now) => expect(now.total).toBe(0));
    await quiet.get(request('x'), never);
  });
});
