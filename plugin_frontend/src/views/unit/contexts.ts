import { extent } from '../../ui/draw/curve.ts';
import { quantiles } from '../../ui/draw/histogram.ts';

/** Places of a text where a unit is as said. */
export interface Contexts {
  readonly kind: 'top' | 'quantile' | 'bottom' | 'random';
  /** Of a quantile, the share of tokens that lie below. */
  readonly share: number | null;
  /** The activity that was looked for; null for random places. */
  readonly value: number | null;
  readonly tokens: readonly number[];
}

export const SHARES: readonly number[] = [0.95, 0.75, 0.5, 0.25, 0.05];
/** Contexts stand at least so many tokens apart. */
export const APART = 8;
const POOL = 256;

/** A number for every token that looks random, and is the same each time. */
export function shuffled(token: number, seed: number): number {
  let h = Math.imul(token ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

interface Candidate {
  readonly token: number;
  readonly far: number;
  readonly chance: number;
}

const order = (a: Candidate, b: Candidate) => a.far - b.far || a.chance - b.chance || a.token - b.token;

/** The tokens that lie least far, in one pass; of equals, those that chance takes. */
class Pool {
  private candidates: Candidate[] = [];
  private limit = Infinity;
  private odds = Infinity;

  constructor(private readonly seed: number) {}

  add(token: number, far: number): void {
    if (far > this.limit) return;
    const chance = shuffled(token, this.seed);
    if (far === this.limit && chance > this.odds) return;
    this.candidates.push({ token, far, chance });
    if (this.candidates.length >= 4 * POOL) this.sift();
  }

  sift(): readonly Candidate[] {
    this.candidates = this.candidates.sort(order).slice(0, POOL);
    if (this.candidates.length === POOL) ({ far: this.limit, chance: this.odds } = this.candidates[POOL - 1]);
    return this.candidates;
  }
}

export interface Wanted {
  /** Contexts of each kind. */
  readonly each: number;
  /** Seed of the random positions of this unit. */
  readonly seed: number;
}

/**
 * Passages that show what a unit does: extremes, quantiles and random positions.
 * They lie apart and, as long as possible, at different tokens. All passes are linear in the number of tokens. A
 * unit that never changes has random positions only.
 */
export function chooseContexts(values: Float32Array, tokens: Uint32Array, { each, seed }: Wanted): Contexts[] {
  const n = Math.min(values.length, tokens.length);
  const around = extent(values.subarray(0, n));
  if (!around) return [];
  const [low, high] = around;
  const middle = low < high ? quantiles(values.subarray(0, n), SHARES) : [];
  const kinds: Omit<Contexts, 'tokens'>[] =
    low < high
      ? [
          { kind: 'top', share: null, value: high },
          ...SHARES.map((share, i) => ({ kind: 'quantile' as const, share, value: middle[i] })),
          { kind: 'bottom', share: null, value: low },
        ]
      : [];
  const pools = kinds.map(() => new Pool(seed));
  const anywhere = new Pool(seed);
  const goals = Float64Array.from(kinds, ({ value }) => value!);
  for (let t = 0; t < n; t++) {
    const value = values[t];
    if (!Number.isFinite(value)) continue;
    for (let k = 0; k < goals.length; k++) pools[k].add(t, Math.abs(value - goals[k]));
    anywhere.add(t, shuffled(t, seed));
  }
  const pick = (pool: Pool) =>
    apart(pool.sift(), tokens, each)
      .sort((a, b) => order(a, b))
      .map(({ token }) => token);
  return [
    ...kinds.map((kind, k) => ({ ...kind, tokens: pick(pools[k]) })),
    { kind: 'random', share: null, value: null, tokens: pick(anywhere) },
  ];
}

/** Best candidates that lie apart; repeated words only if others run out. */
function apart(candidates: readonly Candidate[], tokens: Uint32Array, most: number): Candidate[] {
  const taken: Candidate[] = [];
  const words = new Set<string>();
  for (const again of [false, true]) {
    for (const one of candidates) {
      if (taken.length === most) return taken;
      const { token } = one;
      const word = `${tokens[token - 1]} ${tokens[token]} ${tokens[token + 1]}`;
      if ((!again && words.has(word)) || taken.some((other) => Math.abs(other.token - token) < APART)) continue;
      words.add(word);
      taken.push(one);
    }
  }
  return taken;
}
