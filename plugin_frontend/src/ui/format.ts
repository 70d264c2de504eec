import { sequenceAt } from '../data/sequences.ts';
import { timeLabel } from '../state/signal-time.ts';
import type { NumberFormat } from '../data/statistics.ts';
import type { TokenText } from '../data/types.ts';

/**
 * Formats of tokens, quantities and numbers.
 * Names of steps are in `state/axis.ts`.
 */

export const capital = (sentence: string) => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

/** Not longer than this many characters. */
export const truncate = (word: string, most = 32) =>
  word.length > most ? `${[...word.slice(0, 2 * most)].slice(0, most - 1).join('')}…` : word;

type Sequences = Pick<TokenText, 'lengths' | 'labels'> & Partial<Pick<TokenText, 'signal'>>;

/**
 * Names of several sequences: labels, else numbers.
 * Null for one sequence without a name.
 */
export const sequenceNames = ({ lengths, labels }: Sequences): readonly string[] | null =>
  lengths.length > 1 || labels?.[0] ? lengths.map((_, sequence) => labels?.[sequence] || String(sequence)) : null;

/**
 * Number of a sequence, and its label if it has one.
 * Several sequences may have the same label.
 */
export const numberedName = ({ labels }: Pick<Sequences, 'labels'>, sequence: number): string =>
  labels?.[sequence] ? `${sequence} · ${truncate(labels[sequence])}` : String(sequence);

/** Name of the sequence of a token. */
export const labelOf = ({ lengths, labels }: Sequences, token: number): string =>
  labels?.[sequenceAt(lengths, token)[0]] ?? '';

/** Position of a token, or time of a step, with its sequence if there are several. */
export function tokenPosition({ lengths, signal }: Sequences, token: number): string {
  const [sequence, position] = sequenceAt(lengths, token);
  const label = signal ? timeLabel(signal, position) : `token ${formatCount(position)}`;
  return `${label}${lengths.length > 1 ? ` of sequence ${sequence}` : ''}`;
}

/** `placeName`, and what the sequence is called. */
export function tokenName(text: Sequences, token: number): string {
  const label = labelOf(text, token);
  return tokenPosition(text, token) + (label ? `, ${truncate(label, 24)}` : '');
}

/** `forget_gate` as words. */
export const spaced = (name: string) => name.replaceAll('_', ' ');

/** Three digits that count; a real minus. */
export function formatNumber(value: number, signed = false): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const digits =
    size === 0 || (size >= 1e-3 && size < 1e5)
      ? size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
      : size.toExponential(1);
  const sign = value < 0 ? '−' : signed && value > 0 ? '+' : '';
  return sign + digits;
}

/** A probability: never 0 or 1 where it is not exactly that. */
export function formatPValue(p: number): string {
  if (Number.isNaN(p)) return '–';
  if (p < 0.001) return '< 0.001';
  if (p < 1 && p > 0.999) return '> 0.999';
  return p.toFixed(3);
}

export const formatCount = (n: number) => n.toLocaleString('en-US');

/** "1 unit", "2 units". */
export const pluralize = (n: number, one: string) => `${formatCount(n)} ${n === 1 ? one : `${one}s`}`;

const FORMATS: Readonly<Record<NumberFormat, (value: number) => string>> = {
  number: formatNumber,
  signed: (value) => formatNumber(value, true),
  probability: formatPValue,
};

/** A number in the format of its statistic. */
export const formatAs = (format: NumberFormat, value: number): string => FORMATS[format](value);
