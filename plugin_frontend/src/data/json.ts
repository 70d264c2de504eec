/**
 * Readers of JSON values of unknown type.
 * A value of another type becomes empty, NaN or null.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

export const object = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : {};

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objects = (value: unknown): JsonObject[] => list(value).map(object);

export const objectOrNull = (value: unknown): JsonObject | null => (value ? object(value) : null);

/** TensorBoard writes NaN and infinite numbers as strings, for JSON has none. */
export const number = (value: unknown): number => (value === null || value === undefined ? NaN : Number(value));

export const finiteOrNull = (value: unknown): number | null => (Number.isFinite(number(value)) ? number(value) : null);

export const numbers = (value: unknown): readonly number[] => list(value).map(number);

export const string = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

export const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const strings = (value: unknown): readonly string[] => list(value).map(string);

export const mapValues = <T>(value: unknown, change: (value: unknown) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(object(value)).map(([key, entry]) => [key, change(entry)]));
