import { sequenceAt } from '../../data/sequences.ts';
import { NO_TOKEN, type TokenText } from '../../data/types.ts';
import { startOf } from '../../state/named-matrices.ts';
import { firstAtLeast } from '../../ui/draw/text-find.ts';
import { TokenRole } from '../../ui/draw/text-picture.ts';
import type { PrintedText } from '../../ui/text/typesetter.ts';

/**
 * Lines of a pair, from above.
 * The encoder reads the source, the decoder the target; the output is what the decoder writes.
 */
export const PAIR_LINES = ['source', 'target', 'output'] as const;
export type PairLine = (typeof PAIR_LINES)[number];
export type PairSide = Exclude<PairLine, 'output'>;

/** Token of a side of a pair, counted in the text of that side. */
export interface PairToken {
  readonly line: PairLine;
  readonly token: number;
}

/**
 * Both sides of all pairs as one text, with the lines of a pair one after another.
 * Padding at the end of a side, which no layer consumed, is left out.
 */
export class PairText {
  /** Number of lines of each pair. */
  readonly lines: 2 | 3;
  /** The text with its lines as sequences; `tokens` below are counted in it. */
  readonly printed: TokenText & PrintedText;
  /** `TokenRole` of each token. */
  readonly roles: Uint8Array;
  private readonly line: Uint8Array;
  private readonly token: Uint32Array;
  /** Index of each token of a line; padding has that of the last token before it. */
  private readonly indices: Readonly<Record<PairLine, Uint32Array>>;

  /**
   * @param side The side whose tokens have colours.
   * @param hasOutput If true, and the target has predictions, the output stands below the target.
   */
  constructor(
    readonly side: PairSide,
    readonly texts: Readonly<Record<PairSide, TokenText>>,
    readonly hasOutput: boolean,
  ) {
    const { source, target } = texts;
    const output = hasOutput ? outputOf(target) : null;
    const lines = [source, target, ...(output ? [output] : [])];
    this.lines = output ? 3 : 2;
    const pairs = Math.min(source.lengths.length, target.lengths.length);
    const lengthOf = (line: number, pair: number) => consumedLength(line ? target : source, pair);
    const lengths = Array.from({ length: pairs }, (_, pair) => lines.map((_, line) => lengthOf(line, pair))).flat();
    const count = lengths.reduce((sum, length) => sum + length, 0);
    const offsets = lines.map((_, k) => lines.slice(0, k).reduce((sum, { table }) => sum + table.length, 0));
    const tokens = new Uint32Array(count);
    const twins = new Int32Array(count).fill(-1);
    this.roles = new Uint8Array(count);
    this.line = new Uint8Array(count);
    this.token = new Uint32Array(count);
    const indices = lines.map((text) => new Uint32Array(text.tokens.length).fill(count));
    const next = lines.map(() => 0);
    let index = 0;
    for (let pair = 0; pair < pairs; pair++)
      lines.forEach((text, line) => {
        for (let k = 0; k < text.lengths[pair]; k++) {
          const token = next[line]++;
          if (k >= lengthOf(line, pair)) {
            indices[line][token] = index - 1;
            continue;
          }
          tokens[index] = text.tokens[token] + offsets[line];
          this.line[index] = line;
          this.token[index] = token;
          indices[line][token] = index;
          if (line === 2) [twins[index], twins[indices[1][token]]] = [indices[1][token], index];
          this.roles[index] = roleOf(PAIR_LINES[line], side, target, token);
          index++;
        }
      });
    const [sourceIndices, targetIndices, outputIndices = new Uint32Array()] = indices;
    this.indices = { source: sourceIndices, target: targetIndices, output: outputIndices };
    const own = texts[side];
    const labels = Array.from({ length: pairs }, (_, pair) =>
      [`source ${pair}`, 'target', 'output'].slice(0, this.lines),
    );
    const titles = labels.map((names, pair) =>
      names.map((_, line) => `${capital(PAIR_LINES[line])} of pair ${pair}${named(own.labels?.[pair])}`),
    );
    this.printed = {
      ...own,
      lengths,
      labels: labels.flat(),
      titles: titles.flat(),
      table: lines.flatMap(({ table }) => table),
      tokens,
      twins,
      masks: new Map(),
      promptTokens: 0,
      generated: false,
    };
  }

  get partner(): PairSide {
    return this.side === 'source' ? 'target' : 'source';
  }

  /** Index of a token of a line among all tokens of the pairs. */
  indexOf(token: number, line: PairLine = this.side): number {
    return this.indices[line][token] ?? this.roles.length;
  }

  /** Token at an index, with its line. */
  at(index: number): PairToken {
    return { line: PAIR_LINES[this.line[index]], token: this.token[index] };
  }

  /**
   * Token of a side at an index; null for the other side.
   * An output belongs to the step of the target that writes it.
   */
  tokenOf(side: PairSide, index: number): number | null {
    if (index < 0 || index >= this.token.length) return null;
    const { line, token } = this.at(index);
    return (line === 'output' ? 'target' : line) === side ? token : null;
  }

  /** Number of tokens of the side with colours before an index. */
  countBefore(index: number): number {
    return firstAtLeast(this.indices[this.side], index);
  }

  /** Values of the side with colours at their indices; `fill` for all others. */
  spread<T extends Float32Array | Uint8Array>(values: T, fill: number): T {
    const spread = new (values.constructor as new (length: number) => T)(this.roles.length).fill(fill) as T;
    const own = this.indices[this.side];
    own.forEach((index, token) => {
      if (this.hasPosition(index, token)) spread[index] = values[token];
    });
    return spread;
  }

  /** Weights at the tokens of one side of a pair; NaN for all others. */
  weightsAt(side: PairSide, pair: number, weights: ArrayLike<number>): Float32Array {
    const values = new Float32Array(this.roles.length).fill(NaN);
    const [start, length] = [startOf(this.texts[side], pair), this.texts[side].lengths[pair] ?? 0];
    for (let k = 0; k < Math.min(length, weights.length); k++) {
      const index = this.indexOf(start + k, side);
      if (this.hasPosition(index, start + k)) values[index] = weights[k];
    }
    return values;
  }

  /** False for padding, which shares the index of another token. */
  private hasPosition(index: number, token: number): boolean {
    return index < this.token.length && this.token[index] === token;
  }

  /** Pair of a token of a side, and its step in it. */
  stepOf(side: PairSide, token: number): readonly [pair: number, step: number] {
    return sequenceAt(this.texts[side].lengths, token);
  }
}

/** Tokens of a sequence without padding at its end; all if none was consumed. */
const consumedLength = ({ consumed, lengths }: TokenText, sequence: number): number =>
  Math.min(lengths[sequence], consumed?.[sequence] || lengths[sequence]);

const capital = (name: string) => name[0].toUpperCase() + name.slice(1);
const named = (label: string | undefined) => (label ? `: ${label}` : '');

/** Most probable token after each step; null if the log has no predictions. */
function outputOf({ expected, expectedCount, table, lengths, tokens }: TokenText) {
  if (!expected || !expectedCount) return null;
  const ids = Uint32Array.from(tokens, (_, t) => expected[t * expectedCount]);
  return { lengths, table: [...table, ''], tokens: ids.map((id) => (id === NO_TOKEN ? table.length : id)) };
}

function roleOf(line: PairLine, side: PairSide, target: TokenText, token: number): number {
  if (line !== 'output') return line === side ? TokenRole.Colored : TokenRole.Plain;
  const [due, first] = [target.target?.[token] ?? NO_TOKEN, target.expected![token * target.expectedCount]];
  return due !== NO_TOKEN && first !== NO_TOKEN && due !== first ? TokenRole.Wrong : TokenRole.Muted;
}

const made = new WeakMap<TokenText, PairText>();

/** Cached text of a pair, so that an unchanged one is not set in lines again. */
export function pairText(side: PairSide, texts: Readonly<Record<PairSide, TokenText>>, hasOutput: boolean): PairText {
  const before = made.get(texts[side]);
  const isSame =
    before?.texts.source === texts.source &&
    before.texts.target === texts.target &&
    before.side === side &&
    before.hasOutput === hasOutput;
  if (before && isSame) return before;
  const pair = new PairText(side, texts, hasOutput);
  made.set(texts[side], pair);
  return pair;
}
