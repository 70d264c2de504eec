import type { Store } from '../../state/store.ts';

/** The token whose card stays, as the link says; null while none does. */
export function pinnedToken(store: Store): number | null {
  const word = store.option('token').value;
  return /^\d+$/.test(word) ? Number(word) : null;
}

export function pinToken(store: Store, token: number | null): void {
  store.option('token').value = token === null ? '' : String(token);
}
