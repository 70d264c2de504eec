import { sequenceAt } from './sequences.ts';

/** A token of which less than this share is left contributes nothing. */
export const NEGLIGIBLE = 1e-6;
/** Share of the magnitudes that the last tokens make up, for the summary. */
export const MOST = 0.9;

/** Largest magnitude of a unit, divided by the error of its 8-bit codes. */
const HALF_STEPS = 248;
/** Share of the largest state that rounding in single precision stays below. */
const PRECISION = 1e-5;

/** Series of one unit, one value for each token; sequences stand one after another. */
export interface GatedSeries {
  readonly lengths: readonly number[];
  readonly state: Float32Array;
  /** Share of the state that each token retains. */
  readonly retain: Float32Array;
  /** Share of the candidate that each token writes; null without a gate for it. */
  readonly write: Float32Array | null;
  readonly candidate: Float32Array | null;
  /** True at tokens that are masked: they retain everything and write nothing. */
  isMasked(token: number): boolean;
}

/** Parts of the state at a token, one for each token of its sequence up to it. */
export interface Contributions {
  readonly token: number;
  readonly state: number;
  /** One for each token of the text; NaN after the token, and in other sequences. */
  readonly values: Float32Array;
  /** Number of tokens that are not negligible. */
  readonly count: number;
  /** Number of last tokens that make up `MOST` of the magnitudes. */
  readonly recent: number;
  /** Token with the largest contribution, by magnitude. */
  readonly strongest: number;
  /** Difference of state and sum, by rounding, before it was distributed. */
  readonly rest: number;
  /** Bound of `rest` for codes of 8 bits. */
  readonly bound: number;
}

/**
 * Contributions of earlier tokens to the state of a unit.
 * The same sum as `tb_rnnviz.analysis.still_held`; one pass prepares it, and the contributions at a token take as
 * many steps as tokens are not negligible.
 */
export class StillHeld {
  private last: Contributions | null = null;

  private constructor(
    private readonly series: GatedSeries,
    private readonly terms: Terms,
  ) {}

  /** Decomposition of a unit, or the reason for which its state is no such sum. */
  static of(series: GatedSeries): StillHeld | string {
    const terms = termsOf(series);
    return typeof terms === 'string' ? terms : new StillHeld(series, terms);
  }

  /** Contributions to the state at a token; null if it has no finite state. */
  at(token: number): Contributions | null {
    if (this.last?.token === token) return this.last;
    const contributions = this.sum(token);
    if (contributions) this.last = contributions;
    return contributions;
  }

  private sum(token: number): Contributions | null {
    const { retained, added, errors, states, fades } = this.terms;
    const [sequence, position] = sequenceAt(this.series.lengths, token);
    const state = states[token];
    if (sequence < 0 || !Number.isFinite(state)) return null;
    const begin = token - position;
    const values = new Float32Array(states.length).fill(NaN);
    const parts = new Float64Array(position + 1);
    let [left, total, size, bound, first] = [1, 0, 0, 0, begin];
    for (let s = token; s >= begin; s--) {
      const part = added[s] * left;
      parts[s - begin] = part;
      total += part;
      size += Math.abs(part);
      bound += errors[s] * Math.abs(left);
      left *= retained[s];
      if (fades && Math.abs(left) < NEGLIGIBLE) {
        first = s;
        break;
      }
    }
    if (!Number.isFinite(total)) return null;
    const rest = state - total;
    if (size > 0) for (let k = first - begin; k <= position; k++) parts[k] += (rest / size) * Math.abs(parts[k]);
    else parts[position] += rest;
    let [strongest, count, magnitudes] = [token, 0, 0];
    for (let s = begin; s <= token; s++) {
      if (this.series.isMasked(s)) continue;
      const magnitude = Math.abs(parts[s - begin]);
      values[s] = parts[s - begin];
      magnitudes += magnitude;
      count += s >= first ? 1 : 0;
      if (magnitude > Math.abs(parts[strongest - begin])) strongest = s;
    }
    return { token, state, values, count, recent: recentOf(parts, MOST * magnitudes), strongest, rest, bound };
  }
}

/** Number of last parts whose magnitudes sum to at least `enough`. */
function recentOf(parts: Float64Array, enough: number): number {
  let [sum, recent] = [0, 0];
  while (recent < parts.length && (recent === 0 || sum < enough)) sum += Math.abs(parts[parts.length - ++recent]);
  return recent;
}

/** State at t as `retained` x state at t - 1 + `added`. */
interface Terms {
  /** State of each token; that of the token before at a masked one. */
  readonly states: Float64Array;
  readonly retained: Float64Array;
  readonly added: Float64Array;
  /** Bound of the error of each step for codes of 8 bits. */
  readonly errors: Float64Array;
  /** True if no token retains more than there is. */
  readonly fades: boolean;
}

/** Prepares the sum in one pass; the reason if the state is none. */
function termsOf(series: GatedSeries): Terms | string {
  const { lengths, state, retain, write, candidate } = series;
  const tokens = state.length;
  const [states, retained, added, errors] = Array.from({ length: 4 }, () => new Float64Array(tokens));
  const products = new Float64Array(tokens);
  const precision = PRECISION * Math.max(1, largest(state));
  const half = {
    state: largest(state) / HALF_STEPS,
    retain: largest(retain) / HALF_STEPS,
    share: largest(write ?? retain) / HALF_STEPS,
    candidate: candidate ? largest(candidate) / HALF_STEPS : 0,
  };
  const slackAt = (t: number, share: number, before: number) =>
    half.state * (1 + Math.abs(retained[t])) +
    half.retain * Math.abs(before) +
    half.share * (Math.abs(candidate?.[t] ?? 0) + half.candidate) +
    half.candidate * Math.abs(share);
  let [fades, misfits, backwardMisfits, end] = [true, 0, 0, 0];
  for (const length of lengths) {
    const begin = end;
    end = Math.min(tokens, begin + length);
    let before: number | null = null;
    for (let t = begin; t < end; t++) {
      if (series.isMasked(t)) {
        states[t] = before ?? NaN;
        retained[t] = 1;
        continue;
      }
      states[t] = state[t];
      retained[t] = retain[t];
      fades &&= !(Math.abs(retain[t]) > 1 + PRECISION);
      if (before === null) {
        added[t] = products[t] = state[t];
      } else {
        const share = write && candidate ? write[t] : 1 - retain[t];
        added[t] = state[t] - retain[t] * before;
        products[t] = share * (candidate?.[t] ?? 0);
        errors[t] = slackAt(t, share, before);
        if (Math.abs(added[t] - products[t]) > errors[t] + precision) misfits++;
        const after = t + 1 < end ? state[t + 1] : NaN;
        const backward = state[t] - retain[t] * after - products[t];
        if (Math.abs(backward) > slackAt(t, share, after) + precision) backwardMisfits++;
      }
      before = state[t];
    }
  }
  if (candidate && misfits && (write || !backwardMisfits)) {
    const written = write
      ? 'what its gates retain and write'
      : 'the sum of what it retains and the rest of the candidate';
    return `The state is not ${written}. A layer that reads backwards, or whose state is clamped, has no such sum.`;
  }
  return { states, retained, added: candidate && !misfits ? products : added, errors, fades };
}

/** Largest magnitude of the finite values. */
function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value);
  return most;
}
