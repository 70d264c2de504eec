import { expect, it } from 'vitest';
import { index, probe } from './fixtures.ts';
import { ready, testStore } from './test-store.ts';
import { asSteps, wordingOf, wordingOfProbe } from './wording.ts';

it('has steps in the place of tokens for a signal', () => {
  expect(asSteps('Tokens from the feature: 1 token of 9 tokens')).toBe('Steps from the feature: 1 step of 9 steps');
  expect(asSteps('the feature’s tokens')).toBe('the feature’s steps');
  expect(asSteps('tokenizer')).toBe('tokenizer');
});

it('follows the kind of the chosen probe', () => {
  const runs = [{ ...index.runs[1], probes: [probe('novel', [0]), probe('engine', [0], { signal: true })] }];
  const nounOf = (name: string) =>
    wordingOf(testStore({ index: ready({ ...index, runs }), selection: { run: 'new', probe: name } }))('token');
  expect([nounOf('novel'), nounOf('engine'), nounOf('gone')]).toEqual(['token', 'step', 'token']);
  expect(wordingOf(testStore())('token')).toBe('token');
  expect(wordingOfProbe(probe('engine', [0], { signal: true }))('12 tokens')).toBe('12 steps');
});
