/**
 * Value from the server with its state.
 * While a new one loads, the old one stays as `stale`.
 */
export type Loadable<T> =
  | { readonly state: 'empty'; readonly why: string }
  | { readonly state: 'loading'; readonly stale: T | null }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string; readonly retry: () => void; readonly stale: T | null };

/** Loadable with another value, made from the old one. */
export function mapLoadable<T, U>(loadable: Loadable<T>, change: (value: T) => U): Loadable<U> {
  if (loadable.state === 'empty') return loadable;
  if (loadable.state === 'ready') return { state: 'ready', value: change(loadable.value) };
  return { ...loadable, stale: loadable.stale === null ? null : change(loadable.stale) };
}

/** Value to draw: the new one, or the old one while it loads; null if none. */
export function valueOrStale<T>(loadable: Loadable<T>): T | null {
  if (loadable.state === 'ready') return loadable.value;
  return loadable.state === 'empty' ? null : loadable.stale;
}
