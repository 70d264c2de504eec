import { beforeEach, expect, it, vi } from 'vitest';
import { PersistedSettings } from './persisted-settings.ts';

beforeEach(() => localStorage.clear());

it('keeps a word for the next visit, and forgets an empty one', () => {
  new PersistedSettings().word('views').value = 'text';
  expect(new PersistedSettings().word('views').value).toBe('text');
  new PersistedSettings().word('views').value = '';
  expect(localStorage.length).toBe(0);
});

it('tells those words that there are', () => {
  const remembered = new PersistedSettings();
  remembered.word('views').value = 'text';
  expect(remembered.words(['views', 'split'])).toEqual({ views: 'text' });
});

it('knows what was explained', () => {
  const first = new PersistedSettings();
  expect(first.explained('text').value).toBe(false);
  first.explained('text').value = true;
  expect([new PersistedSettings().explained('text').value, new PersistedSettings().explained('heatmap').value]).toEqual(
    [true, false],
  );
});

it('goes on where the browser keeps nothing', () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new Error('denied');
  });
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('denied');
  });
  const word = new PersistedSettings().word('views');
  word.value = 'text';
  expect(word.value).toBe('text');
  vi.restoreAllMocks();
});
