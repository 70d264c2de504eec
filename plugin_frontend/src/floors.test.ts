/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';

/**
 * Floors from the lowest to the highest.
 * A module imports its own floor and those below it.
 */
const FLOORS = ['data', 'state', 'ui', 'views', 'app'];

const SOURCES = import.meta.glob<string>('./**/*.ts', { query: '?raw', import: 'default', eager: true });

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

const floorOf = (path: string) => FLOORS.indexOf(path.split('/')[1]);

const viewOf = (path: string) => path.split('/')[2];

const resolve = (path: string, to: string) => `.${new URL(to, `file:///${path.slice(2)}`).pathname}`;

const importsOf = (path: string) => [...SOURCES[path].matchAll(IMPORT)].map(([, to]) => resolve(path, to));

const modules = Object.keys(SOURCES).filter((path) => !path.endsWith('.test.ts') && path !== './test-setup.ts');

describe('the floors', () => {
  it('hold every module but the entry', () => {
    expect(modules.filter((path) => floorOf(path) < 0)).toEqual(['./index.ts']);
  });

  it.each(FLOORS)('%s imports no floor above its own', (floor) => {
    const above = modules
      .filter((path) => path.startsWith(`./${floor}/`))
      .flatMap((path) => importsOf(path).map((to) => ({ path, to })))
      .filter(({ path, to }) => floorOf(to) > floorOf(path));
    expect(above).toEqual([]);
  });

  it('keep views apart: a view imports no other view', () => {
    const crossing = modules
      .filter((path) => path.startsWith('./views/'))
      .flatMap((path) => importsOf(path).map((to) => ({ path, to })))
      .filter(({ path, to }) => to.startsWith('./views/') && viewOf(to) !== viewOf(path));
    expect(crossing).toEqual([]);
  });
});
