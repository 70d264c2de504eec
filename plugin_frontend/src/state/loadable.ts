/**
 * Value from the server with its state.
 * While a new one loads, the old one stays as `stale`.
 */
export type Loadable<T> =
  | { readonly state: 'empty'; readonly why: string }
  | { readonly state: 'loading'; readonly stale: T | null }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string; readonly retry: () => void; readonly stale: T | null };

/** Value to draw: the new one, or the old one while it loads; null if none. */
export function valueOrStale<T>(loadable: Loadable<T>): T | null {
  if (loadable.state === 'ready') return loadable.value;
  return loadable.state === 'empty' ? null : loadable.stale;
}
