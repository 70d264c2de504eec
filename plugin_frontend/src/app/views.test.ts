import { describe, expect, it } from 'vitest';
import { GROUPED_VIEWS, keysOf, VIEWS } from './views.ts';

describe('the views', () => {
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
