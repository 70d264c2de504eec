import { categoriesOf } from '../../ui/draw/text-colors.ts';
import { KINDS } from './unit-kinds.ts';

const GREYS = {
  light: { mixed: '#dedede', dead: '#757575' },
  dark: { mixed: '#555555', dead: '#a0a0a0' },
} as const;

const COLORED = KINDS.filter((kind) => kind !== 'mixed' && kind !== 'dead');

/**
 * Colour of a kind in the picture of the kinds.
 * Colours are far apart for usual and colour-blind eyes; mixed and dead units are grey.
 */
export function kindColor(kind: string, dark: boolean): string {
  const greys = dark ? GREYS.dark : GREYS.light;
  if (kind === 'dead') return greys.dead;
  return categoriesOf(COLORED, dark).find(({ name }) => name === kind)?.css ?? greys.mixed;
}
