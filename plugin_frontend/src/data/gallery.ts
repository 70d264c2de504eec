/** Kinds of units and the gallery of a recording, as a digest has them. */
import { count, counts, list, mapValues, number, objects, string, WireError, type JsonObject } from './json.ts';

/** A token and how often something happens at it. */
export interface TokenCount {
  readonly token: string;
  /** Occurrences at which it happens. */
  readonly count: number;
  /** Occurrences in the text. */
  readonly occurrences: number;
}

/** Feature that a unit may stand for. */
export interface CandidateName {
  readonly feature: string;
  /** F1 score, or absolute rank correlation of a numeric feature, 0 to 1. */
  readonly overlap: number;
}

/** A unit that can be read: its kind, the numbers behind it, and where it shows. */
export interface GalleryUnit {
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
  readonly kind: string;
  readonly numbers: Readonly<Record<string, number>>;
  /** First token and end of the longest stretches at which it is on. */
  readonly stretches: readonly (readonly [first: number, end: number])[];
  /** Tokens that turn it on, or reset a counter. */
  readonly on: readonly TokenCount[];
  readonly off: readonly TokenCount[];
  /** The closest first; none is an unknown unit. */
  readonly names: readonly CandidateName[];
}

/** Units by kind, by layer and state; a unit that no kind lists is mixed. */
export type Kinds = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>>>;

export const decodeLayerKinds = (layer: unknown) =>
  mapValues(layer, (quantity) => mapValues(quantity, (units) => counts(units)));

const decodeTokenCount = ({ token, count: times, occurrences }: JsonObject): TokenCount => ({
  token: string(token),
  count: count(times),
  occurrences: count(occurrences),
});

const decodeCandidateName = ({ feature, overlap }: JsonObject): CandidateName => ({
  feature: string(feature),
  overlap: number(overlap),
});

export const decodeGalleryUnit = (json: JsonObject): GalleryUnit => ({
  layer: string(json.layer),
  quantity: string(json.quantity),
  unit: count(json.unit),
  kind: string(json.kind),
  numbers: mapValues(json.numbers, number),
  stretches: list(json.stretches).map(decodeStretch),
  on: objects(json.on).map(decodeTokenCount),
  off: objects(json.off).map(decodeTokenCount),
  names: objects(json.names).map(decodeCandidateName),
});

function decodeStretch(value: unknown): readonly [first: number, end: number] {
  const [first, end, ...more] = counts(value);
  if (end === undefined || more.length || end < first) throw new WireError('A stretch has no first token and end.');
  return [first, end];
}
