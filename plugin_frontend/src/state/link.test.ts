import { expect, it } from 'vitest';
import { readSelectionRequest, writeSelectionRequest } from './link.ts';
import type { SelectionRequest } from './resolve-selection.ts';

it.each<SelectionRequest>([
  {
    run: 'a',
    step: -1,
    compare: { run: 'b', step: 'same' },
    more: [
      { run: 'c,d', step: 3 },
      { run: 'e', step: 'last' },
    ],
    probe: 'p',
    layer: 'l/1',
    quantity: 'q',
    unit: 0,
    units: [3, 7],
    feature: ' ',
    tokens: [10, 50],
  },
  {
    run: undefined,
    step: 'last',
    compare: null,
    more: [],
    probe: undefined,
    layer: undefined,
    quantity: undefined,
    unit: undefined,
    units: [],
    feature: '',
    tokens: null,
  },
  {
    run: 'a',
    step: 12,
    compare: { run: 'a', step: 3 },
    more: [],
    probe: undefined,
    layer: undefined,
    quantity: undefined,
    unit: 9,
    units: [],
    feature: undefined,
    tokens: null,
  },
])('a wish comes back from its link: %o', (wish) => {
  expect(readSelectionRequest(writeSelectionRequest(wish))).toEqual(wish);
});

it('a link with nonsense in it is read as far as it makes sense', () => {
  expect(
    readSelectionRequest({
      step: 'x',
      unit: '-3',
      units: '1,x,-2,4',
      tokens: '9-3',
      layer: 'l',
      compare: 'b',
      comparestep: '',
    }),
  ).toMatchObject({
    step: undefined,
    unit: undefined,
    units: [1, 4],
    tokens: null,
    layer: 'l',
    compare: { run: 'b', step: 'last' },
  });
});
