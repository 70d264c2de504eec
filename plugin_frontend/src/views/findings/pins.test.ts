import { expect, it } from 'vitest';
import { readPins, toggled, writePins, type Pin } from './pins.ts';

const pin = (more: Partial<Pin> = {}): Pin => ({
  feature: 'space',
  layer: 'lstm',
  quantity: 'hidden_state',
  unit: 41,
  look: '',
  ...more,
});

it('pins are short words that an address need not escape', () => {
  const word = writePins([pin(), pin({ unit: 3 })]);
  expect(word).toBe('space~lstm~hidden_state~41!space~lstm~hidden_state~3');
  expect(encodeURIComponent(word)).toBe(word);
});

it.each([
  '',
  ' ',
  '!',
  '~',
  '*',
  '*s',
  '*n~!p*',
  '“the”',
  '{kind: literal, text: "!~"}',
  '<img src=x onerror=alert(1)>',
  'a&b=c#d',
  '😀\n',
])('a feature called %j comes back as it was', (feature) => {
  const pins = [pin({ feature, look: feature }), pin({ layer: `${feature}/1`, quantity: `q${feature}` })];
  expect(readPins(writePins(pins))).toEqual(pins);
  expect(readPins(decodeURIComponent(encodeURIComponent(writePins(pins))))).toEqual(pins);
});

it.each(['', '!!', 'x', 'a~b~c', 'a~b~c~x', 'a~b~c~-1', 'a~b~c~1.5', 'a~~c~1', 'a~b~c~1~d~e', 'a~b~c~99999999999'])(
  '%j is no pin',
  (word) => {
    expect(readPins(word)).toEqual([]);
    expect(readPins(`${word}!space~lstm~hidden_state~41`)).toEqual([pin()]);
  },
);

it('a pin is there once', () => {
  expect(readPins('a~b~c~1!a~b~c~1')).toHaveLength(1);
});

it('is set and taken away, the others stay in their order', () => {
  const [a, b, c] = [1, 2, 3].map((unit) => pin({ unit }));
  expect(toggled([a, b], c)).toEqual([a, b, c]);
  expect(toggled([a, b, c], b)).toEqual([a, c]);
});
