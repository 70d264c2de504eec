import { NOT_PREDICTED, type TokenText } from '../../data/types.ts';

import { isMatched } from '../../state/feature-query.ts';
import { valueOrStale, type ComparedRecording, type RecordingData, type ViewContext } from '../../state/store.ts';
import { rowOf } from '../../state/unit-rows.ts';
import { sameText } from '../../state/same-text.ts';
import type { ColoredText } from '../../ui/text/picture.ts';
import { readPair } from './pair.ts';
import type { PairText } from './pair-text.ts';
import type { Scheme } from './scheme.ts';
import { stillHeldAt } from '../../ui/text/still-held.ts';

/** A text on its colours, all of the same recording. */
export interface Frame extends ColoredText {
  readonly text: TokenText;
  /** Both sides, if the text is one side of a pair; null otherwise. */
  readonly pair: PairText | null;
  /** Reason for which there are no colours; null if there are. */
  readonly why: string | null;
}

/** Values for every token, why there are none, or null while they are on their way. */
type Found = { readonly values: Float32Array } | { readonly why: string } | null;

/** The frame to show, or null while its parts are still on their way. */
export function readFrame(
  store: ViewContext,
  recording: ComparedRecording,
  { by, colors, categories, moment }: Scheme,
): Frame | null {
  const { data } = recording;
  const text = data.text.value;
  const selection = store.selection.value;
  const pair = readPair(store, recording);
  if (text.state !== 'ready' || !selection || pair === 'loading') return null;
  const mask = maskIn(text.value, data, selection.feature);
  const painted =
    moment !== null
      ? contributionsFound(store, recording, moment)
      : by === 'activity'
        ? rowFound(store, data, data.unit.value, text.value.tokens.length)
        : spoken(store, data, text.value, mask, by, categories);
  const strips = data.units.value.map((unit) => rowFound(store, data, unit, text.value.tokens.length));
  // Colours of limits that are still loading would change a moment later.
  const arePending = ((by === 'activity' && moment === null) || strips.length > 0) && store.colors.pending.value;
  if (!painted || strips.includes(null) || arePending) return null;
  return {
    text: text.value,
    pair,
    values: 'values' in painted ? painted.values : null,
    mask,
    colors,
    plainMissing: moment !== null,
    categories,
    strips: strips.map((strip) => (strip && 'values' in strip ? strip.values : null)),
    stripColors: data.units.value.map(data.colorsOf.value),
    why: 'why' in painted ? painted.why : null,
  };
}

/** Frame as it is printed: a pair as the lines of both sides. */
export function printedFrame(frame: Frame): ColoredText {
  const { pair, values, mask, strips } = frame;
  if (!pair) return frame;
  return {
    ...frame,
    text: pair.printed,
    values: values && pair.spread(values, NaN),
    mask: mask && pair.spread(mask, 0),
    strips: strips.map((strip) => strip && pair.spread(strip, NaN)),
    roles: pair.roles,
    rowsPerSequence: pair.lines,
  };
}

function rowFound(store: ViewContext, sources: RecordingData, unit: number, tokens: number): Found {
  const row = rowOf(store, sources, unit, tokens);
  if (row.state === 'ready') return { values: row.value };
  return row.state === 'loading' ? null : { why: row.state === 'empty' ? row.why : row.message };
}

/** Parts of the state at a token. */
function contributionsFound(store: ViewContext, recording: ComparedRecording, token: number): Found {
  const contributions = stillHeldAt(store, recording, token);
  if (contributions.state === 'ready') return { values: contributions.value.values };
  if (contributions.state === 'loading') return null;
  return { why: contributions.state === 'empty' ? contributions.why : contributions.message };
}

/** Values of the tokens by the text itself: probability, errors or surprisal. */
function spoken(
  store: ViewContext,
  sources: RecordingData,
  text: TokenText,
  mask: Uint8Array | null,
  by: Scheme['by'],
  categories: Scheme['categories'],
): Found {
  if (by === 'feature')
    return mask
      ? { values: remembered(mask, () => Float32Array.from(mask)) }
      : { why: 'The log does not say where the feature matches.' };
  if (by === 'surprise')
    return text.surprisal
      ? { values: text.surprisal }
      : { why: 'The log has no surprisal: the callback got no training text.' };
  if (by === 'errors') {
    const { errors, errorNames } = text;
    if (!errors || !categories) return { why: 'The log has no error categories: the callback got no training text.' };
    const places = errorNames.map((name) => categories.findIndex((category) => category.name === name));
    return {
      values: remembered(
        errors,
        () => Float32Array.from(errors, (kind) => (kind === NOT_PREDICTED ? NaN : (places[kind] ?? NaN))),
        places.join(),
      ),
    };
  }
  if (!text.probability) return { why: 'The model’s outputs are no probabilities over the tokens.' };
  return sources.difference ? probabilityLess(store, text) : { values: text.probability };
}

/** Probability of each token in B less that in A. */
function probabilityLess(store: ViewContext, a: TokenText): Found {
  const other = store.comparedRecordings.value[1]?.data.text.value;
  if (!other || other.state === 'loading') return null;
  const b = valueOrStale(other);
  const [pa, pb] = [a.probability, b?.probability];
  if (!b || !pa || !pb) return { why: 'B has no probabilities.' };
  if (!sameText(a, b)) return { why: 'A and B have different texts: a difference needs the same text.' };
  return { values: remembered(pa, () => pa.map((p, i) => pb[i] - p), pb) };
}

const made = new WeakMap<object, { readonly of: unknown; readonly values: Float32Array }>();

/** Cached values of a key, so that an unchanged frame is not painted again. */
function remembered(key: object, make: () => Float32Array, of: unknown = null): Float32Array {
  let cached = made.get(key);
  if (!cached || cached.of !== of) made.set(key, (cached = { of, values: make() }));
  return cached.values;
}

/**
 * Mask of the feature in a text.
 * While a feature query runs for another step the old mask stays, unless the text is generated anew.
 */
function maskIn({ masks, tokens, generated }: TokenText, sources: RecordingData, feature: string): Uint8Array | null {
  const queryResult = sources.queryResult.value;
  const match = valueOrStale(queryResult);
  if (!isMatched(match)) return masks.get(feature) ?? null;
  return match.mask?.length === tokens.length && (queryResult.state === 'ready' || !generated) ? match.mask : null;
}

/** True if two frames look the same. */
export function sameFrame(a: Frame, b: Frame | null): boolean {
  if (!b) return false;
  const { strips, stripColors, ...others } = a;
  return (
    sameItems(strips, b.strips) &&
    sameItems(stripColors, b.stripColors) &&
    (Object.keys(others) as (keyof typeof others)[]).every((key) => a[key] === b[key])
  );
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
