import { describe, expect, it } from 'vitest';
import { Missing, type Digest, type Finding, type Spectrum } from '../../data/types.ts';
import { digest, finding, peak } from '../../state/fixtures.ts';
import { amplitudeLimit, buildModel, flatModel, Ratchet, spectrumGroups, type Look } from './fourier-model.ts';
import type { FourierOptions } from './fourier-options.ts';
import { HOME } from '../../ui/draw/camera.ts';
import { testSelection } from '../../state/test-store.ts';

const selection = testSelection({ unit: 20, feature: 'space' });
const findingOf = (unit: number, amplitude = 0): Finding =>
  finding({
    feature: 'space',
    layer: 'lstm',
    quantity: 'hidden_state',
    unit,
    aspect: 'level',
    neighbours: [unit - 1, unit + 1],
    peak: peak({ amplitude }),
  });
const digestOf = (...findings: Finding[]): Digest => digest({ step: 0, features: [], findings });
const spectrumOf = (rows: number[][]): Spectrum => {
  const values = rows.map((row) => Float32Array.from(row));
  return {
    frequency: Float32Array.of(0, 0.25, 0.5),
    bins: 3,
    matrix: {
      rows: rows.length,
      columns: 3,
      scale: new Float32Array(rows.length),
      codes: null,
      row: (r) => values[r],
      missing: () => Missing.No,
    },
  };
};
const look: Look = { limit: 3, signed: false, dark: false, swapped: false, units: 'suggested' };
const units = (groups: { units: readonly number[] }[]) => groups.map((group) => group.units);

describe('spectrumGroups', () => {
  it('are the suggestions with their neighbours, and the chosen unit with its own', () => {
    expect(units(spectrumGroups(digestOf(findingOf(5)), selection, 64))).toEqual([
      [19, 20, 21],
      [4, 5, 6],
    ]);
  });

  it('show the chosen unit once', () => {
    expect(units(spectrumGroups(digestOf(findingOf(20)), selection, 64))).toEqual([[19, 20, 21]]);
    expect(units(spectrumGroups(digestOf(findingOf(22)), selection, 64))).toEqual([[19, 20, 21, 22, 23]]);
  });

  it('have further units at the end, each once', () => {
    expect(units(spectrumGroups(digestOf(findingOf(5)), { ...selection, units: [40, 6, 99] }, 64))).toEqual([
      [19, 20, 21],
      [4, 5, 6],
      [40],
    ]);
  });

  it('end where the layer ends', () => {
    expect(units(spectrumGroups(null, { ...selection, unit: 0 }, 1))).toEqual([[0]]);
    expect(units(spectrumGroups(null, { ...selection, unit: 63 }, 64))).toEqual([[62, 63]]);
  });
});

describe('amplitudeLimit', () => {
  const spectrum = spectrumOf([
    [9, 1, 2],
    [9, 3, 0],
    [9, 0, 7],
  ]);

  it('is the highest of the units shown, the mean aside', () => {
    const at = (groups: { units: number[]; suggested: number[] }[] | null) =>
      amplitudeLimit([spectrum, null], groups, [], selection);
    expect(at([{ units: [0, 1], suggested: [] }])).toBe(3);
    expect(at(null)).toBe(7);
  });

  it('knows the peaks of the same finding at other epochs', () => {
    const digests = [digestOf(findingOf(5, 4)), digestOf({ ...findingOf(5, 99), layer: 'other' })];
    expect(amplitudeLimit([spectrum], [{ units: [0], suggested: [] }], digests, selection)).toBe(4);
  });
});

it('Ratchet grows, and begins anew with a new key', () => {
  const ratchet = new Ratchet();
  expect([ratchet.at('a', 1), ratchet.at('a', 3), ratchet.at('a', 2), ratchet.at('b', 1)]).toEqual([1, 3, 3, 1]);
});

describe('flatModel', () => {
  const options: FourierOptions = {
    drawing: 'flat',
    units: 'all',
    order: 'peak',
    band: { low: 0, high: 0.5 },
    camera: HOME,
  };
  const spectrum = spectrumOf([
    [9, 1, 2],
    [9, 3, 0],
    [NaN, NaN, NaN],
  ]);
  const model = buildModel(spectrum, [{ units: [0, 1], suggested: [0] }], { ...look, units: 'all' });

  it('orders the units by the height of their peaks in the band', () => {
    expect([...flatModel(model, 0, null, options).picture.units!]).toEqual([1, 0, 2]);
    const narrow = flatModel(model, 0, null, { ...options, band: { low: 0.4, high: 0.5 } }).picture;
    expect([...narrow.units!]).toEqual([0, 1, 2]);
    expect([...narrow.bars[0].values]).toEqual([2, 0, NaN]);
  });

  it('marks the peak of each unit, none where nothing is finite', () => {
    const { axis } = flatModel(model, 0, null, options).picture;
    if (axis.kind !== 'frequency') throw new Error('frequencies expected');
    expect([0, 1, 2].map((unit) => axis.peak(unit)?.bin ?? null)).toEqual([2, 1, null]);
  });

  it('takes the peak that the log found for the peak, and says what is chance', () => {
    const recorded = { frequency: Float32Array.of(0.25, 0.25, NaN), q: Float32Array.of(0.2, 0.001, NaN) };
    const { axis, bars } = flatModel(model, 0, recorded, options).picture;
    if (axis.kind !== 'frequency') throw new Error('frequencies expected');
    expect([0, 1].map((unit) => axis.peak(unit))).toMatchObject([
      { bin: 1, stands: false },
      { bin: 1, stands: true },
    ]);
    expect([0, 1, 2].map((unit) => bars[0].chance(unit))).toEqual([true, false, false]);
  });

  it('shows differences to both sides of 0', () => {
    const less = buildModel(spectrumOf([[0, -2, 1]]), [], { ...look, signed: true, units: 'all' });
    const { bars, axis } = flatModel(less, 0, null, options).picture;
    expect([less.colors.low, less.colors.high, less.colors.diverging]).toEqual([-3, 3, true]);
    expect([bars[0].low, bars[0].zero, [...bars[0].values]]).toEqual([-3, 0, [-2]]);
    expect(axis.kind === 'frequency' && axis.peak(0)).toMatchObject({ bin: 1, amplitude: -2, stands: null });
  });

  it('has no list where only suggested units are shown', () => {
    const flat = flatModel(model, 0, null, { ...options, units: 'suggested' });
    expect([flat.rows, flat.columns, flat.picture.units]).toEqual([0, 3, null]);
  });
});

it('the surface has the groups, or every unit', () => {
  const spectrum = spectrumOf([
    [0, 1, 2],
    [0, 3, 0],
    [0, 1, 1],
  ]);
  const groups = [
    { units: [0], suggested: [] },
    { units: [2], suggested: [] },
  ];
  expect(
    buildModel(spectrum, groups, { ...look, units: 'suggested' }).surface.map((rows) => rows.map((row) => row.units)),
  ).toEqual([[[0, 1]], [[2, 3]]]);
  expect(buildModel(spectrum, groups, { ...look, units: 'all' }).surface[0]).toHaveLength(3);
});
