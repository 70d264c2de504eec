import {
  closeView,
  openView,
  readLayout,
  shiftView,
  DEFAULT_LAYOUT,
  writeLayout,
  type WorkbenchLayout,
} from './layout.ts';
import type { Store } from '../state/store.ts';
import { SLOTS, type Slot } from './views.ts';
import type { PanelWish } from './panel.ts';

const isPlace = (word: string): word is Slot => (SLOTS as readonly string[]).includes(word);

/** Layout of the link, else that of the last visit. */
export const layoutOf = (store: Store): WorkbenchLayout => readLayout(store.option('views').value);

export function setLayout(store: Store, arrangement: WorkbenchLayout): void {
  const word = writeLayout(arrangement);
  const setting = word === DEFAULT_LAYOUT ? '' : word;
  store.option('views').value = setting;
  store.persistedSettings.word('views').value = setting;
}

/** Does what was asked of a view's place. */
export function applyWish(store: Store, wish: PanelWish['do'], view: string): void {
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
