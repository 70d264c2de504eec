import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testText } from '../../state/test-store.ts';
import { findHits } from '../../ui/draw/text-find.ts';
import type { Answer, Order } from './find-worker.ts';
import { Searcher, TIME_LIMIT_MS } from './searcher.ts';

const text = (words: string) => testText([...words]);

/** Answers at once, but for patterns with a plus, which it never ends. */
class FakeWorker {
  static started = 0;
  static texts = 0;
  static ended = 0;
  onmessage: ((event: MessageEvent<Answer>) => void) | null = null;
  onerror = null;
  private read: { readonly text: string; readonly starts: Uint32Array } = { text: '', starts: new Uint32Array(1) };
  constructor() {
    FakeWorker.started++;
  }
  postMessage(order: Order): void {
    if ('text' in order) {
      this.read = order;
      FakeWorker.texts++;
      return;
    }
    const answer = (hits: Answer['hits']) => this.onmessage?.({ data: { id: order.id, hits } } as MessageEvent<Answer>);
    answer(null);
    if (!order.pattern.source.includes('+')) answer(findHits(this.read.text, this.read.starts, order.pattern));
  }
  terminate(): void {
    this.onmessage = null;
    FakeWorker.ended++;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeWorker.started = FakeWorker.texts = FakeWorker.ended = 0;
});
afterEach(() => vi.useRealTimers());

const searcher = () => new Searcher(() => new FakeWorker());

it('finds, and sends a text once', () => {
  const one = searcher();
  one.look(text('abcab'), 'ab');
  expect(one.results.value).toMatchObject({ state: 'found', hits: { first: Uint32Array.of(0, 3) } });
  one.look(text('abcab'), 'c');
  expect(one.results.value).toMatchObject({ hits: { first: Uint32Array.of(2) } });
  one.look(text('cc'), 'c');
  expect(one.results.value).toMatchObject({ hits: { first: Uint32Array.of(0, 1) } });
  expect([FakeWorker.started, FakeWorker.texts]).toEqual([1, 2]);
});

it('asking for the same keeps the hit that was gone to', () => {
  const one = searcher();
  one.look(text('aa'), 'a');
  one.hit.value = 1;
  one.look(text('aa'), 'a');
  expect(one.hit.value).toBe(1);
  one.look(text('ba'), 'a');
  expect(one.hit.value).toBe(-1);
});

it('ends what takes too long, says so, and can look again', () => {
  const one = searcher();
  one.look(text('aaa'), '/(a+)+b/');
  expect(one.results.value.state).toBe('searching');
  vi.advanceTimersByTime(TIME_LIMIT_MS - 1);
  expect(one.results.value.state).toBe('searching');
  vi.advanceTimersByTime(1);
  expect(one.results.value).toMatchObject({ state: 'failed', why: expect.stringContaining('took too long') });
  expect(FakeWorker.ended).toBe(1);
  one.look(text('aaa'), 'a');
  expect(one.results.value).toMatchObject({ state: 'found' });
});

it('something else, typed meanwhile, does not wait', () => {
  const one = searcher();
  one.look(text('aab'), '/a+/');
  one.look(text('aab'), 'b');
  expect(one.results.value).toMatchObject({ state: 'found', hits: { first: Uint32Array.of(2) } });
  vi.advanceTimersByTime(2 * TIME_LIMIT_MS);
  expect(one.results.value.state).toBe('found');
});

it('says why an expression is none, and nothing of nothing', () => {
  const one = searcher();
  one.look(text('a'), '/(/');
  expect(one.results.value.state).toBe('failed');
  one.look(text('a'), '');
  expect(one.results.value.state).toBe('nothing');
  expect(FakeWorker.started).toBe(0);
});
