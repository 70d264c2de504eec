import type { ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestFeatureQuery } from '../data/requests.ts';
import type { FeatureQueryResult, TokenText, RecordingRef } from '../data/types.ts';
import { visible } from './visible-characters.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { resource } from './resource.ts';

/** Pause of the slider after which the server is queried. */
const REST_MS = 250;

const PATTERN = /^\/(.+)\/$/s;
const KIND = /(^|[{,\s])["']?kind["']?\s*:/;
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/**
 * Feature of a typed text, as JSON or YAML for the server.
 * Text between slashes is a regular expression over the running text, text with `kind:` is YAML, anything else a
 * literal: a token of the `table`, else a substring of the text.
 */
export function featureOf(typed: string, table: readonly string[]): string {
  const pattern = PATTERN.exec(typed)?.[1];
  if (pattern !== undefined) return JSON.stringify({ name: typed, kind: 'regex', pattern, over: 'text' });
  if (KIND.test(typed)) return mapping(typed);
  const name = `“${typed.trim() ? typed : visible(typed)}”`;
  if (table.includes(typed)) return JSON.stringify({ name, kind: 'literal', text: typed });
  return JSON.stringify({ name, kind: 'regex', pattern: typed.replace(SPECIAL, '\\$&'), over: 'text' });
}

/**
 * YAML flow mapping, named after the text unless it has a name.
 * Of two equal keys YAML takes the last.
 */
function mapping(typed: string): string {
  const plain = typed.trim().replace(/^-\s+/, '');
  const inner = plain.startsWith('{') ? plain.slice(1) : `${plain}}`;
  return `{"name": ${JSON.stringify(plain)}, ${inner}`;
}

/**
 * Query of the typed feature in one recording.
 * `typed` is empty while there is none.
 */
export function queryFeature(
  client: Client,
  ref: ReadonlySignal<RecordingRef | null>,
  text: () => Loadable<TokenText>,
  typed: ReadonlySignal<string>,
): ReadonlySignal<Loadable<FeatureQueryResult>> {
  return resource<FeatureQueryResult>(client, () => {
    if (!typed.value) return { why: 'Nothing is looked for.' };
    const [at, read] = [ref.value, text()];
    const table = valueOrStale(read)?.table ?? (read.state === 'failed' ? [] : null);
    if (!at || !table) return null;
    return {
      request: requestFeatureQuery(at, featureOf(typed.value, table)),
      staleGroup: `${at.run}\n${at.probe}\n${typed.value}`,
      debounceMs: REST_MS,
    };
  });
}

/** True if there are units to show; a result with a note may have none. */
export const isMatched = (result: FeatureQueryResult | null): result is FeatureQueryResult =>
  result !== null && (result.mask !== null || result.units.length > 0);
