import { expect, it } from 'vitest';
import { probe } from './fixtures.ts';
import { matricesBetween, pairSides, probeOfAxis } from './pair-sides.ts';

it('finds the probe of an axis', () => {
  const target = probe('dates', [0], { stepsOf: 'target' });
  const source = probe('dates/source', [0], { stepsOf: 'source', parent: 'dates' });
  const run = { run: 'r', name: 'r', wallTime: 0, probes: [target, source, probe('other', [0])] };
  expect(probeOfAxis(run, target, 'target')).toBe(target);
  expect(probeOfAxis(run, target, 'source')).toBe(source);
  expect(probeOfAxis(run, target, 'tokens')).toBe(null);
  expect(probeOfAxis(run, probe('novel', [0]), 'tokens')?.probe).toBe('novel');
  expect(probeOfAxis(run, target, '')).toBe(null);
});

const target = probe('dates', [0], { stepsOf: 'target' });
const source = probe('dates/source', [0], { stepsOf: 'source', parent: 'dates' });
const layer = probe('dates/pool', [0], { stepsOf: 'pool', parent: 'dates' });

it('finds both sides of a pair from either', () => {
  const probes = [layer, target, source];
  expect(pairSides(probes, 'dates')).toEqual({ source, target });
  expect(pairSides(probes, 'dates/source')).toEqual({ source, target });
});

it('takes no other probe for a pair', () => {
  const pooled = probe('novel/pool', [0], { stepsOf: 'pool', parent: 'novel' });
  expect(pairSides([probe('novel', [0]), pooled], 'novel')).toBe(null);
  expect(pairSides([target, source, layer], 'dates/pool')).toBe(null);
  expect(pairSides([target, { ...source, signal: true }], 'dates')).toBe(null);
  expect(pairSides([target], 'dates')).toBe(null);
});

it('knows the matrices between the two sides', () => {
  const info = (matrix: string, rows: string, columns: string) => ({ matrix, rows, columns, heads: null });
  const matrices = [
    info('self', 'target', 'target'),
    info('cross', 'target', 'source'),
    info('back', 'source', 'target'),
  ];
  const between = matricesBetween({ source, target: { ...target, matrices } });
  expect(between.map(({ matrix }) => matrix)).toEqual(['cross', 'back']);
});
