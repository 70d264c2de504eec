import { expect, it } from 'vitest';
import { NEGLIGIBLE, StillHeld, type Contributions, type GatedSeries } from './still-held.ts';
import cases from './still-held-cases.json';

type Series = Partial<Record<'state' | 'retain' | 'write' | 'candidate', readonly number[] | null>>;

function seriesOf({ state, retain, write, candidate }: Series, lengths?: number[], masked: number[] = []): GatedSeries {
  const floats = (values: readonly number[] | null | undefined) => (values ? Float32Array.from(values) : null);
  return {
    lengths: lengths ?? [state!.length],
    state: floats(state)!,
    retain: floats(retain)!,
    write: floats(write),
    candidate: floats(candidate),
    isMasked: (token) => masked.includes(token),
  };
}

function decompose(series: GatedSeries): StillHeld {
  const result = StillHeld.of(series);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

const sum = ({ values }: Contributions) =>
  values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);

/** Leaky sums of what a cell writes. */
function leaky(retain: readonly number[], written: readonly number[]): number[] {
  let state = 0;
  return written.map((value, t) => (state = retain[t] * state + value));
}

it.each(cases)('$name: contributions are those of the analysis, and sum to the recorded state', (planted) => {
  const quantities = planted.quantities as Readonly<Record<string, number[]>>;
  const withRole = (role: string) => Object.entries(planted.roles).find(([, known]) => known === role)?.[0];
  const write = withRole('write');
  const state = quantities.cell_state ?? quantities.hidden_state;
  const sums = decompose(
    seriesOf(
      {
        state,
        retain: quantities[withRole('retain')!],
        write: write ? quantities[write] : null,
        candidate: quantities.candidate,
      },
      planted.lengths,
    ),
  );
  for (const { sequence, t, contributions } of planted.at) {
    const begin = sequence * planted.lengths[0];
    const result = sums.at(begin + t)!;
    expect(result.values.length).toBe(state.length);
    contributions.forEach((value, s) => expect(result.values[begin + s]).toBeCloseTo(value, 6));
    result.values.forEach((value, s) => expect(Number.isNaN(value)).toBe(s < begin || s > begin + t));
    expect(sum(result)).toBeCloseTo(Math.fround(state[begin + t]), 5);
    expect(Math.abs(result.rest)).toBeLessThanOrEqual(planted.bits === 8 ? result.bound + 1e-7 : 1e-5);
  }
});

it('says how many tokens, how recent most of it is, and which is the strongest', () => {
  const retain = [0.5, 0.5, 0.5, 0.5, 0.5];
  const written = [0, 8, 0, 0, 0.5];
  const result = decompose(seriesOf({ state: leaky(retain, written), retain })).at(4)!;
  expect([...result.values]).toEqual([0, 1, 0, 0, 0.5]);
  expect(result).toMatchObject({ token: 4, state: 1.5, count: 5, recent: 4, strongest: 1 });
});

it('stops where less than a millionth is left, and not in a cell that grows', () => {
  const [fading, growing] = [0.1, 1.1].map((share) => {
    const retain = Array.from({ length: 40 }, () => share);
    return decompose(seriesOf({ state: leaky(retain, [...retain].fill(1)), retain })).at(39)!;
  });
  expect(fading.count).toBe(1 - Math.round(Math.log10(NEGLIGIBLE)));
  expect(fading.values[0]).toBe(0);
  expect(fading.values[39]).toBeCloseTo(1, 6);
  expect(growing.count).toBe(40);
  expect(growing.strongest).toBe(0);
});

it('a masked token retains everything and writes nothing', () => {
  const series = seriesOf({ state: [2, NaN, 3], retain: [1, NaN, 0.5] }, [3], [1]);
  const sums = decompose(series);
  expect([...sums.at(2)!.values]).toEqual([1, NaN, 2]);
  expect(sums.at(2)!.count).toBe(2);
  expect([...sums.at(1)!.values]).toEqual([2, NaN, NaN]);
});

it('the first token has what is left of the initial state', () => {
  const sums = decompose(seriesOf({ state: [5, 4], retain: [0.5, 0.5], write: [1, 1], candidate: [0, 1.5] }));
  expect([...sums.at(1)!.values]).toEqual([2.5, 1.5]);
});

it('refuses a state that its gates do not make, and a layer that reads backwards', () => {
  const retain = [0.9, 0.8, 0.7, 0.6];
  const candidate = [1, -1, 0.5, 1];
  const state = leaky(
    retain,
    candidate.map((value, t) => (1 - retain[t]) * value),
  );
  const backward = { state: [...state].reverse(), retain: [...retain].reverse(), candidate: [...candidate].reverse() };
  expect(StillHeld.of(seriesOf({ state, retain, candidate }))).toBeInstanceOf(StillHeld);
  expect(StillHeld.of(seriesOf(backward))).toContain('reads backwards');
  expect(StillHeld.of(seriesOf({ state, retain, candidate, write: [1, 1, 1, 1] }))).toContain('gates');
});

it('a token without a finite state has no contributions', () => {
  const sums = decompose(seriesOf({ state: [1, NaN, NaN], retain: [1, 1, 1] }));
  expect([sums.at(0)?.values[0], sums.at(1), sums.at(3)]).toEqual([1, null, null]);
});

it('sums 100,000 tokens that are all retained in milliseconds', () => {
  const retain = Array.from({ length: 100_000 }, () => 1 - 1e-6);
  const written = retain.map((_, t) => Math.sin(t));
  const sums = decompose(seriesOf({ state: leaky(retain, written), retain }));
  sums.at(99_000);
  const begin = performance.now();
  for (let t = 99_990; t < 100_000; t++) sums.at(t);
  const each = (performance.now() - begin) / 10;
  expect(sums.at(99_999)!.count).toBe(100_000);
  expect(each).toBeLessThan(100);
});
