import { parseSequences } from '../../data/sequences.ts';
import type { TokenText } from '../../data/types.ts';
import type { ViewContext } from '../../state/store.ts';
import { palette } from '../../ui/draw/axes.ts';
import { around, firstAt, sequenceRange, type StatePoints } from './state-points.ts';
import type { Trail } from './state-scatter.ts';

/** Tokens to either side of a token, by default and at most. */
const [REACH, FARTHEST] = [12, 500];

const trail = (points: StatePoints, [first, end]: readonly [number, number], color: string, name: string): Trail => ({
  first: firstAt(points.tokens, first),
  end: firstAt(points.tokens, end),
  color,
  name,
});

const isLast = (store: ViewContext) => store.option('statespoints').value === 'last';

/** Trajectories that stay: the sequences that are chosen, and the chosen stretch. */
export function lastingTrails(
  store: ViewContext,
  points: StatePoints,
  text: TokenText | null,
  dark: boolean,
): readonly Trail[] {
  if (!text || isLast(store)) return [];
  const { series, ink } = palette(dark);
  const opened = text.lengths.length > 1 ? store.option('sequence').value : '';
  const word = `${opened} ${store.option('statessequences').value}`;
  const range = store.selection.value?.tokens;
  return [
    ...parseSequences(word, text.lengths.length).map((sequence, k) =>
      trail(points, sequenceRange(text.lengths, sequence), series[k % series.length], `sequence ${sequence}`),
    ),
    ...(range ? [trail(points, range, ink, 'the chosen stretch')] : []),
  ].filter(({ first, end }) => end > first);
}

/** Trajectory around a token; none where it has one point. */
export function trailAround(
  store: ViewContext,
  points: StatePoints,
  text: TokenText,
  token: number,
  dark: boolean,
): readonly Trail[] {
  if (isLast(store)) return [];
  const reach = Number(store.option('statestrail').value);
  const range = around(text.lengths, token, Number.isInteger(reach) && reach >= 0 ? Math.min(reach, FARTHEST) : REACH);
  return [trail(points, range, palette(dark).ink, 'around the token')].filter(({ first, end }) => end > first + 1);
}
