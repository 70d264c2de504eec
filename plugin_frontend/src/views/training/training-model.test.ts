import { describe, expect, it } from 'vitest';
import type { Scalars } from '../../data/scalars.ts';
import { digest } from '../../state/fixtures.ts';
import {
  countsProbeSteps,
  curveTable,
  curvesOf,
  merge,
  PROBE_LOSS,
  readTags,
  settingsOf,
  subtractCurves,
  tagsOf,
  type Training,
} from './training-model.ts';

const line = (tag: string, steps: number[], values: number[]) => ({
  tag,
  steps: Float64Array.from(steps),
  values: Float64Array.from(values),
  wallTimes: Float64Array.from(steps, (step) => 100 + step),
});

const training = (letter: string, run: string, scalars: Partial<Scalars> = {}): Training => ({
  letter,
  run,
  series: letter.charCodeAt(0) - 65,
  digests: [digest({ step: 0, loss: 3, wallTime: 50 }), digest({ step: 1, loss: null }), digest({ step: 2, loss: 1 })],
  scalars: { runs: [], hparams: [], ...scalars },
});

describe('curvesOf', () => {
  it('are the loss of the probe, and scalars by what tells their run apart', () => {
    const curves = curvesOf(
      training('A', 'one/rnnviz', {
        runs: [
          { run: 'one/train', name: 'train', tags: [line('epoch_loss', [0, 1], [5, 4])] },
          { run: 'one', name: '.', tags: [line('lr', [0], [1])] },
        ],
      }),
    );
    expect(curves.map(({ tag, role, steps, began }) => [tag, role, [...steps], began])).toEqual([
      [PROBE_LOSS, '', [0, 2], 50],
      ['epoch_loss', 'train', [0, 1], 50],
      ['lr', '', [0], 50],
    ]);
  });
});

it('sides of one run are one line', () => {
  expect(merge([training('A', 'one'), training('B', 'two'), training('C', 'one')]).map(({ letter }) => letter)).toEqual(
    ['A, C', 'B'],
  );
});

it('a difference has the steps that both have', () => {
  const of = (letter: string, steps: number[], values: number[]) =>
    curvesOf({
      ...training(letter, letter, {
        runs: [{ run: `${letter}/train`, name: 'train', tags: [line('epoch_loss', steps, values)] }],
      }),
      digests: [],
    });
  const [curve] = subtractCurves(of('A', [0, 1, 3], [5, 4, 3]), of('B', [1, 2, 3], [1, 1, 1]));
  expect([curve.letter, [...curve.steps], [...curve.values]]).toEqual(['B − A', [1, 3], [-3, -2]]);
});

describe('tags', () => {
  const curves = curvesOf(
    training('A', 'one', {
      runs: [
        {
          run: 'one',
          name: '',
          tags: [line('rnnviz/loss', [0], [1]), line('b', [0], [1]), line('epoch_loss', [0], [1]), line('a', [0], [1])],
        },
      ],
    }),
  );

  it('begin with the loss of the probe and those of epochs', () => {
    expect(tagsOf(curves)).toEqual([PROBE_LOSS, 'epoch_loss', 'a', 'b', 'rnnviz/loss']);
  });

  it.each([
    ['', [PROBE_LOSS, 'epoch_loss']],
    ['["b","nothing"]', ['b']],
    ['{', [PROBE_LOSS, 'epoch_loss']],
    ['[]', []],
  ])('chosen by the link %j are %j', (word, expected) => {
    expect(readTags(word, tagsOf(curves))).toEqual(expected);
  });
});

describe('countsProbeSteps', () => {
  const curves = (tag: string, steps: number[]) =>
    curvesOf(training('A', 'one', { runs: [{ run: 'one', name: '', tags: [line(tag, steps, steps)] }] }));
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

  it.each([
    ['epoch_loss', upTo(10), [-1, 0, 1, 5, 9], true],
    ['batch_loss', upTo(10), [0, 1, 5, 9], false],
    ['loss', [0, 100, 200, 300], [0, 1, 2], false],
    ['loss', upTo(3000), [0, 1, 2], false],
    ['loss', upTo(4), [0, 1, 2, 3, 4, 5, 6], true],
  ])('%s', (tag, steps, probe, counts) => {
    expect(countsProbeSteps(tag, curves(tag, steps), probe)).toBe(counts);
  });
});

it('settings that differ come first', () => {
  const hparams = (values: Record<string, string | number | boolean>, run: string) => ({ hparams: [{ run, values }] });
  const { runs, settings } = settingsOf([
    training('A', 'one', hparams({ cell: 'lstm', units: 8 }, 'one')),
    training('B', 'two', hparams({ cell: 'lstm', units: 16, toString: 1 }, 'two')),
  ]);
  expect(runs.map(({ letter }) => letter)).toEqual(['A', 'B']);
  expect(settings.map(({ name, values, differs }) => [name, values, differs])).toEqual([
    ['toString', [null, 1], true],
    ['units', [8, 16], true],
    ['cell', ['lstm', 'lstm'], false],
  ]);
});

it('numbers hold every point', () => {
  const numbers = curveTable(curvesOf(training('A', 'one')), 'x');
  expect(numbers.kind === 'table' && numbers.columns.map(({ values }) => [...(values as unknown[])])).toEqual([
    [PROBE_LOSS, PROBE_LOSS],
    ['A', 'A'],
    ['one', 'one'],
    [0, 2],
    [50, 1],
    [3, 1],
  ]);
});
