import {
  closeView,
  openView,
  readLayout,
  shiftView,
  DEFAULT_LAYOUT,
  writeLayout,
  type WorkbenchLayout,
} from './layout.ts';
import { valueOrStale, type Store } from '../state/store.ts';
import { findProbe } from '../state/resolve-selection.ts';
import { layoutName, SLOTS, type ShownProbe, type Slot } from './views.ts';
import type { PanelWish } from './panel.ts';

const isPlace = (word: string): word is Slot => (SLOTS as readonly string[]).includes(word);

/** Layout of the link, else that of the last visit. */
export const layoutOf = (store: Store): WorkbenchLayout => readLayout(store.option('views').value);

/** Probe that is chosen; null before it is known. */
export function shownProbe(store: Store): ShownProbe | null {
  const [index, selection] = [valueOrStale(store.index.value), store.selection.value];
  const probe = index && selection ? findProbe(index, selection.run, selection.probe) : undefined;
  if (!index || !selection || !probe) return null;
  const parent = (probe.parent !== null && findProbe(index, selection.run, probe.parent)) || null;
  return { probe, parent, digest: store.main.digest.value };
}

export function setLayout(store: Store, arrangement: WorkbenchLayout): void {
  const word = writeLayout(arrangement);
  const setting = word === DEFAULT_LAYOUT ? '' : word;
  store.option('views').value = setting;
  store.persistedSettings.word('views').value = setting;
}

/** Does what was asked of a view's place. */
export function applyWish(store: Store, wish: PanelWish['do'], name: string): void {
  const view = layoutName(name);
  const enlarged = store.option('enlarged');
  const now = layoutOf(store);
  if (wish === 'enlarge') enlarged.value = enlarged.peek() === view ? '' : view;
  else if (wish === 'front') {
    setLayout(store, openView(now, view));
    if (enlarged.peek()) enlarged.value = view;
  } else if (wish === 'close') {
    if (enlarged.peek() === view) enlarged.value = '';
    setLayout(store, closeView(now, view));
  } else if (isPlace(wish)) setLayout(store, openView(now, view, wish));
  else if (wish !== 'docs') setLayout(store, shiftView(now, view, wish === 'before' ? -1 : 1));
}
