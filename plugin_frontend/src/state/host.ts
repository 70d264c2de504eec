import type { ReadonlySignal } from '@preact/signals-core';
import type { Link } from './link.ts';

/** Page around the tab. */
export interface Host {
  readonly dark: ReadonlySignal<boolean>;
  /** The expression in TensorBoard's own run filter, if there is one. */
  readonly runFilter: string;
  /** Link of the tab in the address. */
  readLink(): Link;
  /** Writes the whole state into the address; as a new entry of the history if asked. */
  writeLink(link: Link, options: { push: boolean }): void;
  /** Called when the user goes back or forth, or edits the address. */
  onLink(listener: () => void): () => void;
  /** Called when TensorBoard was told to reload. */
  onReload(listener: () => void): () => void;
}
