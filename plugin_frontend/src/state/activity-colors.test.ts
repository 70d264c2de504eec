import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import type { Matching } from '../data/matching.ts';
import type { UnitSeries } from '../data/types.ts';
import { ActivityColors } from './activity-colors.ts';
import { makeColormap } from './colormap.ts';
import type { Limit } from './limits.ts';
import type { Loadable } from './loadable.ts';
import { ready, testRecording, testSelection } from './test-store.ts';
import { unitMappingOf } from './unit-mapping.ts';
import { UrlSettings } from './url-settings.ts';

const STATE: Limit = { low: -155, high: 155, diverging: true };
const GATE: Limit = { low: 0, high: 1, diverging: false };

/** Series with the lowest and the highest value of each unit, one pair a step. */
function seriesOf(...steps: readonly (readonly (readonly [low: number, high: number])[])[]): UnitSeries {
  return {
    steps: steps.map((_, step) => step),
    rows: ['low', 'high'],
    units: steps[0].length,
    get: (step, row) => Float32Array.from(steps[step], ([low, high]) => (row === 'low' ? low : high)),
  };
}

const matchingOf = (partner: readonly number[]): Matching => ({
  partner,
  correlation: [],
  margin: [],
  quality: 1,
  signed: true,
  tokens: 0,
  otherUnits: partner.length,
});

const recording = (series: UnitSeries | null, partner: readonly number[] | null = null) =>
  testRecording({
    ...(series ? { statistics: () => ready(series) } : {}),
    unitMapping: signal(unitMappingOf(partner && matchingOf(partner))),
  });

function colorsOf(recordings: readonly ReturnType<typeof recording>[], limit = STATE, settings = {}) {
  const options = new UrlSettings();
  options.read(settings);
  return new ActivityColors({
    selection: signal(testSelection({ quantity: 'cell_state' })),
    limit: signal(limit),
    comparedRecordings: () => recordings.map((data) => ({ data })),
    limits: options.get('limits'),
    cells: options.get('cells'),
    range: options.get('range'),
    swapped: options.get('colors'),
    dark: signal(false),
  });
}

const RUNAWAY = seriesOf(
  [
    [-155, 140],
    [-4, 20],
    [NaN, NaN],
    [0, 0],
  ],
  [
    [-90, 150],
    [-6, 12],
    [NaN, NaN],
    [0, 0],
  ],
);
const limitsOf = (colors: (unit: number) => { low: number; high: number }, units = 4) =>
  Array.from({ length: units }, (_, unit) => [colors(unit).low, colors(unit).high]);

it('every unit has the limits of its own range over all steps, whatever the others do', () => {
  const data = recording(RUNAWAY);
  const colors = colorsOf([data]).of(data).value;
  expect(limitsOf(colors)).toEqual([
    [-155, 155],
    [-20, 20],
    [-155, 155],
    [-155, 155],
  ]);
});

it('all units have those of the quantity if asked for, or without ranges', () => {
  const data = recording(RUNAWAY);
  const unknown = recording(null);
  for (const colors of [colorsOf([data], STATE, { limits: 'quantity' }).of(data), colorsOf([unknown]).of(unknown)])
    expect(limitsOf(colors.value, 2)).toEqual([
      [-155, 155],
      [-155, 155],
    ]);
});

it('colours are pending until the ranges of every recording are there, unless they are not needed', () => {
  const ranges = signal<Loadable<UnitSeries>>({ state: 'loading', stale: null });
  const [data, other] = [testRecording({ statistics: () => ranges }), recording(RUNAWAY)];
  const colors = colorsOf([other, data]);
  expect(colors.pending.value).toBe(true);
  expect(colorsOf([data], STATE, { limits: 'quantity' }).pending.value).toBe(false);
  ranges.value = { state: 'loading', stale: RUNAWAY };
  expect(colors.pending.value).toBe(false);
  ranges.value = { state: 'failed', message: 'x', retry: () => undefined, stale: null };
  expect(colors.pending.value).toBe(false);
});

it('recordings that are compared share the limits of a unit, matched units too', () => {
  const [a, b] = [
    recording(
      seriesOf([
        [-1, 1],
        [0, 4],
      ]),
    ),
    recording(
      seriesOf([
        [0, 8],
        [-3, 0],
      ]),
      [1, 0],
    ),
  ];
  const colors = colorsOf([a, b]);
  expect(limitsOf(colors.of(a).value, 2)).toEqual([
    [-3, 3],
    [-8, 8],
  ]);
  expect(limitsOf(colors.of(b).value, 2)).toEqual([
    [-8, 8],
    [-3, 3],
  ]);
  expect(limitsOf(colors.ofDifference(a).value, 2)).toEqual(limitsOf(colors.of(a).value, 2));
});

it('a gate has 0 and 1, or the values that occur in the unit', () => {
  const data = recording(
    seriesOf([
      [0.25, 0.75],
      [0, 1.5],
    ]),
  );
  expect(limitsOf(colorsOf([data], GATE).of(data).value, 2)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(limitsOf(colorsOf([data], GATE, { range: 'seen' }).of(data).value, 2)).toEqual([
    [0.25, 0.75],
    [0, 1],
  ]);
});

it('cell states may be coloured by their hyperbolic tangent', () => {
  const data = recording(RUNAWAY);
  const colors = colorsOf([data], STATE, { cells: 'tanh' });
  const [map, plain] = [colors.of(data).value(0), makeColormap({ low: -1, high: 1, diverging: true })];
  expect([map.low, map.high, map.tanh]).toEqual([-1, 1, true]);
  for (const value of [-30, -0.4, 0, 0.2, 3]) expect(map.index(value)).toBe(plain.index(Math.tanh(value)));
  const other = colors.ofQuantity(data, { layer: 'lstm', quantity: 'hidden_state', limit: STATE })(1);
  expect([other.high, other.tanh]).toEqual([20, false]);
});

it('the colours of a unit are the same object until something changes', () => {
  const data = recording(RUNAWAY);
  const colors = colorsOf([data]).of(data);
  expect(colors.value(1)).toBe(colors.value(1));
});
