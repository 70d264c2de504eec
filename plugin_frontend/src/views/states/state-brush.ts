import type { TokenText } from '../../data/types.ts';
import type { MarkedTokens } from '../../state/marked-tokens.ts';
import type { StatePoints } from './state-points.ts';

/** Rectangle of chosen states, in the units of the axes. */
export interface Brush {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

/** Rectangle of a word of the link; null if it is none. */
export function parseBrush(word: string): Brush | null {
  const parts = word.split(' ').map(Number);
  if (word === '' || parts.length !== 4 || !parts.every(Number.isFinite)) return null;
  const [a, b, c, d] = parts;
  return { left: Math.min(a, c), bottom: Math.min(b, d), right: Math.max(a, c), top: Math.max(b, d) };
}

export const brushWord = ({ left, bottom, right, top }: Brush): string =>
  [left, bottom, right, top].map((value) => Number(value.toPrecision(4))).join(' ');

/** 1 where a point lies within the rectangle. */
export function brushed({ x, y }: Pick<StatePoints, 'x' | 'y'>, { left, bottom, right, top }: Brush): Uint8Array {
  return Uint8Array.from(x, (value, i) => (value >= left && value <= right && y[i] >= bottom && y[i] <= top ? 1 : 0));
}

/** Number of chosen points that share something, and of all points that do. */
export interface Share {
  readonly name: string;
  /** Chosen points with it, and all points with it. */
  readonly inside: number;
  readonly all: number;
  /** Share of the chosen points divided by the share of all points. */
  readonly ratio: number;
  /** Standard score against drawing as many points at random. */
  readonly score: number;
}

/** Something that points may have: a feature, or a class. */
export interface Quality {
  readonly name: string;
  has(token: number): boolean;
}

/** Fewest chosen points with a quality for it to be listed as over-represented. */
const FEWEST = 3;

function shareOf(name: string, inside: number, all: number, chosen: number, total: number): Share {
  const expected = (chosen * all) / total;
  const variance = (expected * (1 - all / total) * (total - chosen)) / Math.max(1, total - 1);
  const score = variance > 0 ? (inside - expected) / Math.sqrt(variance) : 0;
  return { name, inside, all, ratio: inside / expected, score };
}

/**
 * Tokens of the chosen points, most frequent first.
 * The score is that of the hypergeometric distribution.
 */
export function frequentTokens(
  { tokens, x }: Pick<StatePoints, 'tokens' | 'x'>,
  chosen: Uint8Array,
  text: Pick<TokenText, 'tokens' | 'table'>,
  most: number,
): Share[] {
  const [inside, all] = [new Map<number, number>(), new Map<number, number>()];
  let [count, total] = [0, 0];
  for (let i = 0; i < tokens.length; i++) {
    if (!Number.isFinite(x[i])) continue;
    const id = text.tokens[tokens[i]];
    total++;
    all.set(id, (all.get(id) ?? 0) + 1);
    if (!chosen[i]) continue;
    count++;
    inside.set(id, (inside.get(id) ?? 0) + 1);
  }
  return [...inside]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([id, number]) => shareOf(text.table[id] ?? '', number, all.get(id)!, count, total));
}

/**
 * Qualities that are over-represented among the chosen points, clearest first.
 * They are more frequent there than chance explains.
 */
export function overRepresented(
  { tokens, x }: Pick<StatePoints, 'tokens' | 'x'>,
  chosen: Uint8Array,
  qualities: readonly Quality[],
  most: number,
): Share[] {
  const finite = Array.from(tokens.keys()).filter((i) => Number.isFinite(x[i]));
  const count = finite.reduce((sum, i) => sum + chosen[i], 0);
  return qualities
    .map(({ name, has }) => {
      let [inside, all] = [0, 0];
      for (const i of finite) {
        if (!has(tokens[i])) continue;
        all++;
        inside += chosen[i];
      }
      return shareOf(name, inside, all, count, finite.length);
    })
    .filter(({ inside, score }) => inside >= FEWEST && score > 2)
    .sort((a, b) => b.score - a.score)
    .slice(0, most);
}

/** Tokens of the chosen points as ranges; neighbours are joined. */
export function chosenRanges({ tokens }: Pick<StatePoints, 'tokens'>, chosen: Uint8Array): MarkedTokens {
  const [first, end]: [number[], number[]] = [[], []];
  tokens.forEach((token, i) => {
    if (!chosen[i]) return;
    if (end.at(-1) === token) end[end.length - 1]++;
    else {
      first.push(token);
      end.push(token + 1);
    }
  });
  return { first: Uint32Array.from(first), end: Uint32Array.from(end), more: false };
}
