import { findingKey } from '../../data/finding-key.ts';
import type { Finding } from '../../data/types.ts';

/** The link of a feature with a unit, whatever the recording. */
export interface Pin {
  readonly feature: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  /** Text of the feature query; empty for a recorded feature. */
  readonly look: string;
}

type Named = Pick<Finding, 'feature' | 'layer' | 'quantity' | 'unit'>;

export const keyOf: (named: Named) => string = findingKey;

export const pinOf = ({ feature, layer, quantity, unit }: Named, look: string): Pin => ({
  feature,
  layer,
  quantity,
  unit,
  look,
});

/**
 * Separators that need no escape in a URL.
 * They stand between pins, between parts of a pin, and before escaped signs.
 */
const [NEXT, PART, SIGN] = ['!', '~', '*'];
const STANDS_FOR: readonly (readonly [sign: string, letter: string])[] = [
  [SIGN, 's'],
  [NEXT, 'n'],
  [PART, 'p'],
];

const escaped = (word: string) =>
  STANDS_FOR.reduce((done, [sign, letter]) => done.replaceAll(sign, SIGN + letter), word);
const plain = (word: string) =>
  word.replace(/\*([snp])/g, (_, letter: string) => STANDS_FOR.find(([, l]) => l === letter)![0]);

export const writePins = (pins: readonly Pin[]): string =>
  pins
    .map(({ feature, layer, quantity, unit, look }) =>
      [feature, layer, quantity, String(unit), ...(look ? [look] : [])].map(escaped).join(PART),
    )
    .join(NEXT);

/** Pins that can be parsed; the others are skipped. */
export function readPins(word: string): Pin[] {
  const pins = new Map<string, Pin>();
  for (const one of word.split(NEXT)) {
    const parts = one.split(PART).map(plain);
    const [feature, layer, quantity, unit, look = ''] = parts;
    if (parts.length < 4 || parts.length > 5 || !layer || !quantity || !/^\d{1,9}$/.test(unit)) continue;
    const pin = { feature, layer, quantity, unit: Number(unit), look };
    pins.set(keyOf(pin), pin);
  }
  return [...pins.values()];
}

/** With the pin, or without it where it was there. */
export function toggled(pins: readonly Pin[], pin: Pin): Pin[] {
  const rest = pins.filter((one) => keyOf(one) !== keyOf(pin));
  return rest.length < pins.length ? rest : [...pins, pin];
}
