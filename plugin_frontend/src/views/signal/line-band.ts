import { limitsOf, type BandLine, type LineBand } from '../../ui/draw/signal-bands.ts';

/** Line without dashes. */
export const plain = (series: BandLine['series'], color: string, width = 1, name = ''): BandLine => ({
  series,
  color,
  width,
  dash: [],
  name,
});

/** Band of lines, by default between the limits of all of them. */
export function lineBand(
  name: string,
  lines: readonly BandLine[],
  weight: number,
  limits: readonly [low: number, high: number] = limitsOf(lines.map(({ series }) => series)),
  hasZero = false,
): LineBand {
  return { kind: 'lines', name, lines, low: limits[0], high: limits[1], hasZero, weight };
}
