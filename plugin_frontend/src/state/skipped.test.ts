import { describe, expect, it } from 'vitest';
import type { LeftOut } from '../data/types.ts';
import { digest } from './fixtures.ts';
import { findFirstNan, findGaps, readSteps } from './skipped.ts';

const activity = (steps: number[], quantities: string[] | null = null, reason = 'too dear'): LeftOut => ({
  what: 'activity',
  steps,
  quantities,
  reason,
});
const at = (step: number, ...leftOut: LeftOut[]) => digest({ step, leftOut });

it('a matrix that is stored in part is one gap for all steps', () => {
  const entry = { what: 'matrix', quantities: ['attention'], reason: 'the log stores the first 64 sequences' } as const;
  const digests = [0, 1].map((step) => digest({ step, leftOut: [{ ...entry, steps: [step] }] }));
  expect(findGaps([0, 1], digests, digests[1])).toEqual([
    { kind: 'cut', steps: [], names: ['attention'], reason: entry.reason },
  ]);
});

describe('the steps that were read', () => {
  it('are those of the digests too', () => {
    expect(readSteps([0, 4], [at(0), at(1), at(2, activity([2])), at(4)])).toEqual([0, 1, 2, 4]);
  });
  it('are not those that have only just come, unless they say that they stay small', () => {
    expect(readSteps([0, 1], [at(0), at(1), at(2, activity([2])), at(3)])).toEqual([0, 1, 2]);
    expect(readSteps([], [])).toEqual([]);
  });
});

describe('what is left out', () => {
  it('is said once for all steps with one reason', () => {
    const gaps = findGaps(
      [0, 4],
      [at(0), at(1, activity([1])), at(2, activity([2])), at(3, activity([3], null, 'another')), at(4)],
      null,
    );
    expect(gaps).toEqual([
      { kind: 'steps', steps: [1, 2], names: [], reason: 'too dear' },
      { kind: 'steps', steps: [3], names: [], reason: 'another' },
    ]);
  });
  it('names steps that were not read, which have no digest', () => {
    const reading: LeftOut = { what: 'reading', steps: [1, 2], quantities: null, reason: 'no time' };
    expect(findGaps([0, 3], [at(0), at(3, reading)], null)).toEqual([
      { kind: 'unread', steps: [1, 2], names: [], reason: 'no time' },
    ]);
  });
  it('is not what came after all', () => {
    expect(findGaps([0, 1], [at(0), at(1, activity([1]))], null)).toEqual([]);
  });
  it('has no reason where the log gives none', () => {
    expect(findGaps([0, 2], [at(0), at(1), at(2)], null)).toEqual([
      { kind: 'steps', steps: [1], names: [], reason: null },
    ]);
  });
  it('may be some quantities of some steps', () => {
    const gaps = findGaps([0, 1], [at(0, activity([0], ['candidate'])), at(1, activity([1], ['candidate']))], null);
    expect(gaps).toEqual([{ kind: 'quantities', steps: [0, 1], names: ['candidate'], reason: 'too dear' }]);
  });
  it('is absent where no step has it, and then not said of every step', () => {
    const lost = digest({
      step: 0,
      leftOut: [activity([0], ['candidate'])],
      absent: [
        { layer: 'lstm', quantity: 'candidate', reason: 'a budget' },
        { layer: 'gru', quantity: 'candidate', reason: 'a budget' },
        { layer: 'conv', quantity: 'all', reason: 'units in space' },
      ],
    });
    expect(findGaps([0], [lost], lost)).toEqual([
      { kind: 'absent', steps: [], names: ['lstm candidate', 'gru candidate'], reason: 'a budget' },
      { kind: 'absent', steps: [], names: ['conv'], reason: 'units in space' },
    ]);
  });
});

it('the first value that is not a number is known whatever epoch is shown', () => {
  const firstNan = { step: 1, layer: 'lstm', quantity: 'cell_state', unit: 4, token: 17, text: 'e' };
  expect(findFirstNan([at(0), digest({ firstNan }), digest({ firstNan })])).toEqual(firstNan);
  expect(findFirstNan([at(0)])).toBeNull();
});

it('damaged parts are listed with their sentence, those of several steps once', () => {
  const notice = (step: number | null, text: string) => ({ run: 'r', step, text });
  const notices = [notice(1, 'a'), notice(2, 'a'), notice(null, 'b')];
  expect(findGaps([0, 1, 2], [at(0), at(1), at(2)], null, notices)).toEqual([
    { kind: 'damaged', steps: [1, 2], names: [], reason: 'a' },
    { kind: 'damaged', steps: [], names: [], reason: 'b' },
  ]);
});
