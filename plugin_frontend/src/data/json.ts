/**
 * Checked readers of JSON values of unknown type.
 * A missing value is empty, NaN or null; a value of another type is a `WireError`.
 */

/** Error of an answer that does not fit the contract of the routes. */
export class WireError extends Error {}

export type JsonObject = Readonly<Record<string, unknown>>;

const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

function typeName(value: unknown): string {
  if (isMissing(value)) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object';
}

const mismatch = (expected: string, value: unknown): WireError =>
  new WireError(`Expected ${expected}, received ${typeName(value)}.`);

export function object(value: unknown): JsonObject {
  if (isMissing(value)) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch('an object', value);
  return value as JsonObject;
}

export function list(value: unknown): readonly unknown[] {
  if (isMissing(value)) return [];
  if (!Array.isArray(value)) throw mismatch('a list', value);
  return value;
}

export const objects = (value: unknown): JsonObject[] => list(value).map(object);

export const objectOrNull = (value: unknown): JsonObject | null => (isMissing(value) ? null : object(value));

/** TensorBoard writes NaN and infinite numbers as strings, for JSON has none. */
const NUMBER_WORDS: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

export function number(value: unknown): number {
  if (isMissing(value)) return NaN;
  if (typeof value === 'number') return value;
  if (NUMBER_WORDS.includes(value)) return Number(value);
  throw mismatch('a number', value);
}

export function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) {
    throw typeof value === 'number'
      ? new WireError(`Expected an integer, received ${value}.`)
      : mismatch('an integer', value);
  }
  return value as number;
}

/** Integer from 0, of what there is a number of or of what is counted from 0. */
export function count(value: unknown, limit = Number.MAX_SAFE_INTEGER): number {
  const n = integer(value);
  if (n < 0 || n > limit) throw new WireError(`Expected an integer from 0 to ${limit}, received ${n}.`);
  return n;
}

export const finiteOrNull = (value: unknown): number | null => (Number.isFinite(number(value)) ? number(value) : null);

export const numbers = (value: unknown): readonly number[] => list(value).map(number);

export const integers = (value: unknown): readonly number[] => list(value).map(integer);

export const counts = (value: unknown): readonly number[] => list(value).map((n) => count(n));

export function boolean(value: unknown): boolean {
  if (isMissing(value)) return false;
  if (typeof value !== 'boolean') throw mismatch('true or false', value);
  return value;
}

export const string = (value: unknown): string => stringOrNull(value) ?? '';

export function stringOrNull(value: unknown): string | null {
  if (isMissing(value)) return null;
  if (typeof value !== 'string') throw mismatch('a text', value);
  return value;
}

/** One of some words. */
export function oneOf<T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new WireError(`Expected one of ${words.join(', ')}, received ${String(value)}.`);
  return word;
}

export const strings = (value: unknown): readonly string[] => list(value).map(string);

/**
 * Record without inherited keys.
 * Names of layers may be those of methods of objects.
 */
const record = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.setPrototypeOf(Object.fromEntries(entries), null) as Record<string, T>;

export const mapValues = <T>(value: unknown, decode: (value: unknown) => T): Record<string, T> =>
  record(Object.entries(object(value)).map(([key, entry]) => [key, decode(entry)] as const));

/** JSON text of an answer. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WireError('An answer of TensorBoard is no JSON.');
  }
}

/** Most entries of a list that are read; further ones are left out. */
export const MAX_ENTRIES = 10_000;

/**
 * Reader of the parts of an object.
 * Parts that do not fit, and entries of lists, are left out; `skipped` has a sentence about each part.
 */
export class PartReader {
  readonly skipped: string[] = [];

  constructor(private readonly json: JsonObject) {}

  /** Part under a key, or `otherwise` if it does not fit. */
  read<T>(key: string, decode: (value: unknown) => T, otherwise: T): T {
    try {
      return decode(this.json[key]);
    } catch (error) {
      this.skipped.push(`“${key}” was left out. ${reason(error)}`);
      return otherwise;
    }
  }

  /** Entries of a list that fit, at most `MAX_ENTRIES`. */
  items<T>(key: string, decode: (entry: JsonObject) => T): T[] {
    const all = this.read(key, list, []);
    return this.fitting(
      key,
      all.slice(0, MAX_ENTRIES).map((value) => () => decode(checked(value))),
      all.length,
    );
  }

  /** Values of an object that fit, by their keys. */
  entries<T>(key: string, decode: (value: unknown) => T): Record<string, T> {
    const all = Object.entries(this.read(key, object, {}));
    const readers = all.slice(0, MAX_ENTRIES).map(
      ([name, value]) =>
        () =>
          [name, decode(value)] as const,
    );
    return record(this.fitting(key, readers, all.length));
  }

  private fitting<T>(key: string, readers: readonly (() => T)[], total: number): T[] {
    const values: T[] = [];
    let first = '';
    for (const read of readers) {
      try {
        values.push(read());
      } catch (error) {
        first ||= reason(error);
      }
    }
    const lost = total - values.length;
    if (lost) {
      const why = first || `At most ${MAX_ENTRIES.toLocaleString('en')} are read.`;
      this.skipped.push(
        `${lost.toLocaleString('en')} of ${total.toLocaleString('en')} in “${key}” were left out. ${why}`,
      );
    }
    return values;
  }
}

/** Entry of a list that must be there. */
function checked(value: unknown): JsonObject {
  if (isMissing(value)) throw mismatch('an object', value);
  return object(value);
}

/** Sentence of a `WireError`; other errors are faults of this code. */
function reason(error: unknown): string {
  if (error instanceof WireError) return error.message;
  throw error;
}
