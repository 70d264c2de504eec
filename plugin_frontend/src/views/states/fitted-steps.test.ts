import { describe, expect, it } from 'vitest';
import { fittedSteps, placedSteps, spread } from './fitted-steps.ts';

describe('the steps that axes are fitted to', () => {
  it('are all steps of a short run', () => {
    expect(fittedSteps([{ run: 'a', steps: [0, 1, 2] }])).toBe('[["a",[0,1,2]]]');
  });

  it('are eight of a long one, with the first and the last', () => {
    const steps = Array.from({ length: 50 }, (_, i) => i);
    const [[run, chosen]] = JSON.parse(fittedSteps([{ run: 'a', steps }])) as [[string, number[]]];
    expect([run, chosen.length, chosen[0], chosen.at(-1)]).toEqual(['a', 8, 0, 49]);
  });

  it('are shared by the compared runs, each of which counts once', () => {
    const steps = Array.from({ length: 9 }, (_, i) => i);
    expect(fittedSteps(['a', 'b', 'a'].map((run) => ({ run, steps })))).toBe('[["a",[0,3,5,8]],["b",[0,3,5,8]]]');
  });

  it('are the last ones if few fit', () => {
    expect(spread([1, 2, 3], 1)).toEqual([3]);
    expect(spread([], 3)).toEqual([]);
  });
});

it('t-SNE places the recordings on show', () => {
  const refs = [
    { run: 'a', step: 9 },
    { run: 'b', step: 1 },
    { run: 'a', step: 3 },
  ];
  expect(placedSteps(refs)).toBe('[["a",[3,9]],["b",[1]]]');
});
