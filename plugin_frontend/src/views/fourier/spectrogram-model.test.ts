import { expect, it, vi } from 'vitest';
import { Missing, type Spectrum } from '../../data/types.ts';
import type { Loadable } from '../../state/store.ts';
import { spectrogramOf, stepsOf } from './spectrogram-model.ts';

const spectrum = (...rows: number[][]): Loadable<Spectrum> => ({
  state: 'ready',
  value: {
    frequency: Float32Array.of(0, 0.25, 0.5),
    bins: 3,
    matrix: {
      rows: rows.length,
      columns: 3,
      scale: new Float32Array(rows.length),
      codes: null,
      row: (r) => Float32Array.from(rows[r]),
      missing: () => Missing.No,
    },
  },
});

it('takes the unit at every step that is here, and tells what is not', () => {
  const retry = vi.fn();
  const spectrogram = spectrogramOf(
    [
      { step: 0, spectrum: spectrum([0, 1, 2], [9, 0.5, 0.25]) },
      { step: 1, spectrum: { state: 'loading', stale: null } },
      { step: 2, spectrum: { state: 'failed', message: '', retry, stale: null } },
      { step: 3, spectrum: spectrum([0, 0, 0], [0, NaN, 0.75]) },
    ],
    1,
  );
  expect(spectrogram.columns.map(({ step, values }) => [step, ...values])).toEqual([
    [0, 9, 0.5, 0.25],
    [3, 0, NaN, 0.75],
  ]);
  expect([spectrogram.high, spectrogram.missing, spectrogram.waiting]).toEqual([0.75, true, 1]);
  spectrogram.retry!();
  expect(retry).toHaveBeenCalledOnce();
});

it('an old spectrum never stands under the name of another step, and a unit that is not there nowhere', () => {
  const { value } = spectrum([1, 1, 1]) as { value: Spectrum };
  expect(spectrogramOf([{ step: 0, spectrum: { state: 'loading', stale: value } }], 0).columns).toEqual([]);
  expect(spectrogramOf([{ step: 0, spectrum: spectrum([1, 1, 1]) }], 4)).toMatchObject({
    columns: [],
    high: 0,
    retry: null,
  });
});

it('of very many steps some are read, both ends among them', () => {
  const steps = Array.from({ length: 1000 }, (_, i) => 3 * i);
  const some = stepsOf(steps);
  expect([some.length, some[0], some.at(-1), new Set(some).size]).toEqual([128, 0, 2997, 128]);
  expect(stepsOf([1, 5])).toEqual([1, 5]);
});
