/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import { DATA_NAMES } from '../state/recording-table.ts';
import { GROUPED_VIEWS, keysOf, VIEWS } from './views.ts';

const SOURCES = import.meta.glob<string>('../{views,ui/text,state}/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Modules below the views that read data for the views that import them. */
const SHARED = ['../state/unit-rows.ts', '../ui/text/still-held.ts', '../ui/text/token-card.ts'];

const sourceOf = (view: string) => {
  const own = Object.entries(SOURCES)
    .filter(([path]) => path.startsWith(`../views/${view}/`) && !/(\.test|-fixtures)\.ts$/.test(path))
    .map(([, source]) => source)
    .join('\n');
  const shared = SHARED.filter((path) => own.includes(`'../../${path.slice(3)}'`));
  return [own, ...shared.map((path) => SOURCES[path])].join('\n');
};

/** Names that are used for nothing but data of a recording. */
const UNAMBIGUOUS = ['unitOf', 'spectrumAt', 'unitHistory', 'reportOf'];

const isRead = (name: string, source: string) =>
  new RegExp(UNAMBIGUOUS.includes(name) ? `\\b${name}\\b` : `\\b(data|sources|from)\\.${name}\\b`).test(source);

describe('the views', () => {
  it.each(VIEWS)('declare the data that they read: $name', ({ name, needs, reads }) => {
    const source = sourceOf(name);
    expect(source).not.toBe('');
    expect([...needs, ...reads].sort()).toEqual(DATA_NAMES.filter((data) => isRead(data, source)).sort());
  });

  it('keep the digits of the first nine', () => {
    expect(VIEWS.slice(0, 9).map(({ name }) => name)).toEqual([
      'findings',
      'overview',
      'text',
      'heatmap',
      'unit',
      'gates',
      'fourier',
      'errors',
      'training',
    ]);
  });

  it('have a name and a letter of their own', () => {
    expect(new Set(VIEWS.map(({ name }) => name)).size).toBe(VIEWS.length);
    expect(new Set(VIEWS.map(({ letter }) => letter)).size).toBe(VIEWS.length);
    expect(VIEWS.filter(({ letter }) => !/^[a-z]$/.test(letter))).toEqual([]);
  });

  it('are in one group of the menu each', () => {
    expect(GROUPED_VIEWS.flatMap(({ views }) => views).sort((a, b) => VIEWS.indexOf(a) - VIEWS.indexOf(b))).toEqual(
      VIEWS,
    );
  });

  it('are shown by a digit up to the ninth, and by a letter after g', () => {
    expect(keysOf(VIEWS[5])).toBe('6, g a');
    expect(keysOf({ ...VIEWS[0], name: 'tenth', letter: 'z' })).toBe('g z');
  });
});
