import { describe, expect, it } from 'vitest';
import { digest, index, probe, diagnosis } from '../../state/fixtures.ts';
import type { Selection } from '../../state/store.ts';
import {
  byteSize,
  comparisonOf,
  lettersOf,
  lossesOf,
  overviewTable,
  probeOf,
  selectionOf,
  sorted,
} from './overview-model.ts';
import { testSelection } from '../../state/test-store.ts';

const selectionWith = (more: Partial<Selection> = {}): Selection =>
  testSelection({ run: 'new', step: 5, probe: 'novel', ...more });
const run = (name: string, wallTime: number) => ({ run: name, name, wallTime, probes: [] });
const names = (runs: { name: string }[]) => runs.map(({ name }) => name);

describe('sorted', () => {
  const runs = [run('run10', 1), run('run9', 3), run('other', 2)];

  it('knows numbers in names, and the newest', () => {
    expect(names(sorted(runs, 'name', () => null))).toEqual(['other', 'run9', 'run10']);
    expect(names(sorted(runs, 'newest', () => null))).toEqual(['run9', 'other', 'run10']);
  });

  it('puts what has no loss behind the least and the greatest', () => {
    const losses: Record<string, number> = { run9: 2, run10: 1 };
    expect(names(sorted([...runs, run('another', 0)], 'loss', ({ name }) => losses[name] ?? null))).toEqual([
      'run10',
      'run9',
      'another',
      'other',
    ]);
  });
});

it('probeOf is the one chosen, or one that the model did not write itself', () => {
  const both = { ...run('x', 0), probes: [probe('generated', [1], { generated: true }), probe('novel', [1])] };
  expect([probeOf(both, 'generated')?.probe, probeOf(both, 'nothing')?.probe, probeOf(run('y', 0), 'novel')]).toEqual([
    'generated',
    'novel',
    null,
  ]);
});

it('lossesOf passes over steps without a loss', () => {
  expect(lossesOf([digest({ loss: null }), digest({ loss: 3 }), digest({ loss: 1 }), digest({ loss: null })])).toEqual({
    first: 3,
    last: 1,
  });
  expect(lossesOf([digest({ loss: null })])).toBeNull();
});

it('bytes have a unit', () => {
  expect([512, 1_873_402, 25e6, 3.2e9].map(byteSize)).toEqual(['0.5 kB', '1.9 MB', '25 MB', '3.2 GB']);
});

it('letters are those of the sides', () => {
  const recordings = selectionWith({ compare: { run: 'old', step: 1 }, more: [{ run: 'new', step: 1 }] });
  expect([lettersOf('new', recordings), lettersOf('old', recordings), lettersOf('empty', recordings)]).toEqual([
    ['A', 'C'],
    ['B'],
    [],
  ]);
});

describe('showing', () => {
  it('goes to the last step of a run', () => {
    expect(selectionOf('old', index, selectionWith(), [])).toEqual({ run: 'old', step: 2, compare: null, more: [] });
  });

  it('changes places with what was A where it was compared', () => {
    expect(
      selectionOf('old', index, selectionWith({ compare: { run: 'old', step: 1 } }), [{ run: 'old', step: 'same' }]),
    ).toEqual({ run: 'old', step: 2, compare: { run: 'new', step: 5 }, more: [] });
  });
});

describe('comparing', () => {
  it('adds B, then C', () => {
    expect(comparisonOf('old', selectionWith(), [])).toEqual({ compare: { run: 'old', step: 'last' }, more: [] });
    expect(
      comparisonOf('third', selectionWith({ compare: { run: 'old', step: 2 } }), [{ run: 'old', step: 'same' }]),
    ).toEqual({
      compare: { run: 'old', step: 'same' },
      more: [{ run: 'third', step: 'last' }],
    });
  });

  it('takes away what is compared: C becomes B', () => {
    expect(
      comparisonOf('old', selectionWith({ compare: { run: 'old', step: 2 }, more: [{ run: 'third', step: 1 }] }), []),
    ).toEqual({ compare: { run: 'third', step: 1 }, more: [] });
  });

  it('has room for eight in all', () => {
    const more = [1, 2, 3, 4, 5, 6].map((i) => ({ run: `r${i}`, step: 0 }));
    expect(comparisonOf('one more', selectionWith({ compare: { run: 'old', step: 2 }, more }), [])).toBeNull();
    expect(
      comparisonOf('one more', selectionWith({ compare: { run: 'old', step: 2 }, more: more.slice(1) }), [])?.more,
    ).toHaveLength(6);
  });
});

it('numbers have a row for each run, with gaps where it was not read', () => {
  const [first, second] = [index.runs[1], index.runs[2]];
  const numbers = overviewTable([
    {
      run: first,
      probe: first.probes[0],
      digests: [
        digest({ loss: 3 }),
        digest({ loss: 2, bytes: 7, doctor: [diagnosis(), diagnosis({ severity: 'note' })] }),
      ],
    },
    { run: second, probe: second.probes[0], digests: [] },
  ]);
  const column = (name: string) =>
    numbers.kind === 'table' && [...(numbers.columns.find((one) => one.name === name)!.values as unknown[])];
  expect([
    column('run'),
    column('units'),
    column('first loss'),
    column('last loss'),
    column('bytes'),
    column('errors'),
    column('warnings'),
  ]).toEqual([
    ['new', 'old'],
    [14, 14],
    [3, null],
    [2, null],
    [7, null],
    [0, null],
    [1, null],
  ]);
});
