import type { ViewContext } from './store.ts';

/** The token whose card stays, as the link says; null while none does. */
export function pinnedToken(store: ViewContext): number | null {
  const word = store.option('token').value;
  return /^\d+$/.test(word) ? Number(word) : null;
}

export function pinToken(store: ViewContext, token: number | null): void {
  store.option('token').value = token === null ? '' : String(token);
}
