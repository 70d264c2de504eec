import { expect, it } from 'vitest';
import { axisWords } from '../state/axis.ts';
import { firstRecorded, firstNanSentence } from './first-nan.ts';

const firstNan = { step: 7, layer: 'lstm', quantity: 'cell_state', unit: 4, token: 17, text: '\n' };
const say = (recordedSteps: number[]) => firstNanSentence(firstNan, axisWords('epoch'), recordedSteps, null);

it('says step, layer, quantity, unit and token', () => {
  expect(say([6, 7])).toBe('First value that is not a number: epoch 7, lstm cell state, unit 4, token 17 “⏎”.');
});

it('says where it can be seen, if not at its step', () => {
  expect(say([6, 9, 12])).toContain('Epoch 7 holds no activity; the next that does is epoch 9.');
  expect(say([6])).toMatch(/Epoch 7 holds no activity\.$/);
  expect([firstRecorded([6, 7, 9], 7), firstRecorded([6, 9], 7), firstRecorded([6], 7)]).toEqual([7, 9, null]);
});
