import type { GalleryUnit } from '../../data/gallery.ts';
import type { TokenText } from '../../data/types.ts';
import { rangeAround, type TokenRange } from '../../ui/text/excerpt.ts';

/** Pieces of text of a unit that has no stretches. */
const PIECES = 6;

/** Piece of text to show, and the stretch in it; null for a unit without stretches. */
export interface Piece {
  readonly range: TokenRange;
  readonly stretch: TokenRange | null;
}

/**
 * Pieces of text that show a unit, in order.
 * First those in which a stretch is whole, the longest first, so that both of its ends are seen. A unit without
 * stretches, such as a rhythm, has pieces from all over the text.
 */
export function piecesOf({ stretches }: Pick<GalleryUnit, 'stretches'>, text: TokenText): Piece[] {
  const tokens = text.tokens.length;
  const inText = stretches.filter(([first, end]) => first < end && end <= tokens);
  if (!inText.length)
    return Array.from({ length: Math.min(PIECES, tokens) }, (_, i) => {
      const first = Math.floor((i * tokens) / PIECES);
      return { range: rangeAround(text, [first, first + 1]), stretch: null };
    }).filter(({ range }, i, all) => all.findIndex((other) => other.range[0] === range[0]) === i);
  const pieces = inText.map((stretch) => ({ range: rangeAround(text, stretch), stretch }));
  const isWhole = ({ range, stretch }: (typeof pieces)[number]) => stretch[1] < range[1];
  return [...pieces.filter(isWhole), ...pieces.filter((piece) => !isWhole(piece))];
}
