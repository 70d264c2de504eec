import type { ReadonlySignal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import { requestFeatureQuery } from '../data/requests.ts';
import type { FeatureQueryResult, TokenText } from '../data/types.ts';
import { visible } from './visible-characters.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { resource } from './resource.ts';
import type { RecordingRef } from './resolve-selection.ts';

/** A hand on the slider is quicker than this; the server computes only where it rests. */
const REST_MS = 250;

const PATTERN = /^\/(.+)\/$/s;
const KIND = /(^|[{,\s])["']?kind["']?\s*:/;
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/**
 * A feature as the server takes it. Text between slashes is a regular expression over the running text, what says `kind:`
 * is YAML as it stands, anything else is itself: a token or, where no token of the `table` equals it, a piece of the text.
 */
export function featureOf(typed: string, table: readonly string[]): string {
  const pattern = PATTERN.exec(typed)?.[1];
  if (pattern !== undefined) return JSON.stringify({ name: typed, kind: 'regex', pattern, over: 'text' });
  if (KIND.test(typed)) return mapping(typed);
  const name = `“${typed.trim() ? typed : visible(typed)}”`;
  if (table.includes(typed)) return JSON.stringify({ name, kind: 'literal', text: typed });
  return JSON.stringify({ name, kind: 'regex', pattern: typed.replace(SPECIAL, '\\$&'), over: 'text' });
}

/** YAML on one line, in braces, called what it says unless it has a name: of two equal keys YAML takes the last. */
function mapping(typed: string): string {
  const plain = typed.trim().replace(/^-\s+/, '');
  const inner = plain.startsWith('{') ? plain.slice(1) : `${plain}}`;
  return `{"name": ${JSON.stringify(plain)}, ${inner}`;
}

/** What was typed, looked for in one recording; `typed` is empty while nothing is. */
export function queryFeature(
  client: Client,
  place: ReadonlySignal<RecordingRef | null>,
  text: () => Loadable<TokenText>,
  typed: ReadonlySignal<string>,
): ReadonlySignal<Loadable<FeatureQueryResult>> {
  return resource<FeatureQueryResult>(client, () => {
    if (!typed.value) return { why: 'Nothing is looked for.' };
    const [at, read] = [place.value, text()];
    const table = valueOrStale(read)?.table ?? (read.state === 'failed' ? [] : null);
    if (!at || !table) return null;
    return {
      request: requestFeatureQuery(at, featureOf(typed.value, table)),
      staleGroup: `${at.run}\n${at.probe}\n${typed.value}`,
      debounceMs: REST_MS,
    };
  });
}

/** Whether there is something to show: with a note there may be nothing. */
export const isMatched = (looked: FeatureQueryResult | null): looked is FeatureQueryResult =>
  looked !== null && (looked.mask !== null || looked.units.length > 0);
