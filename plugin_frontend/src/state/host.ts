import type { ReadonlySignal } from '@preact/signals-core';
import type { Link } from './link.ts';

/** What the tab needs of the page around it. */
export interface Host {
  readonly dark: ReadonlySignal<boolean>;
  /** The expression in TensorBoard's own run filter, if there is one. */
  readonly runFilter: string;
  /** What the address says about the tab. */
  readLink(): Link;
  /** Writes the whole state into the address; as a new entry of the history if asked. */
  writeLink(link: Link, options: { push: boolean }): void;
  /** Called when the user goes back or forth, or edits the address. */
  onLink(listener: () => void): () => void;
  /** Called when TensorBoard was told to reload. */
  onReload(listener: () => void): () => void;
}
