import { findHits, type Hits, type Pattern } from '../../ui/draw/text-find.ts';

/** A text to look through from now on, or a pattern to look for in it. */
export type Order =
  { readonly text: string; readonly starts: Uint32Array } | { readonly id: number; readonly pattern: Pattern };

/** Message of the worker: a search has started, or its hits. */
export type Answer = { readonly id: number; readonly hits: Hits | null };

let text = '';
let starts = new Uint32Array(1);

self.onmessage = ({ data }: MessageEvent<Order>): void => {
  if ('text' in data) {
    ({ text, starts } = data as { text: string; starts: Uint32Array<ArrayBuffer> });
    return;
  }
  self.postMessage({ id: data.id, hits: null } satisfies Answer);
  self.postMessage({ id: data.id, hits: findHits(text, starts, data.pattern) } satisfies Answer);
};
