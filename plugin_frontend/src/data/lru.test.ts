import { expect, it } from 'vitest';
import { Lru } from './lru.ts';

it('drops what was used longest ago', () => {
  const cache = new Lru<string>(20);
  cache.set('a', 'A', 10);
  cache.set('b', 'B', 10);
  cache.get('a');
  cache.set('c', 'C', 10);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['A', undefined, 'C']);
});

it('keeps one value that is larger than the budget', () => {
  const cache = new Lru<string>(20);
  cache.set('a', 'A', 10);
  cache.set('big', 'B', 99);
  expect([cache.get('a'), cache.get('big')]).toEqual([undefined, 'B']);
});
