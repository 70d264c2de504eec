import {
  closeView,
  openView,
  readArrangement,
  shiftView,
  USUAL_ARRANGEMENT,
  writeArrangement,
  type Arrangement,
} from './layout.ts';
import type { Store } from '../state/store.ts';
import { PLACES, type Place } from './views.ts';
import type { PanelWish } from './panel.ts';

const isPlace = (word: string): word is Place => (PLACES as readonly string[]).includes(word);

/** The shares of the left, of the top, and of what is below at the left. */
export const USUAL_SPLIT = '0.19 0.55 0.6';

/** The arrangement of the link; where the link says nothing, that of the last visit. */
export const arrangementOf = (store: Store): Arrangement =>
  readArrangement(store.option('views', USUAL_ARRANGEMENT).value);

export function setArrangement(store: Store, arrangement: Arrangement): void {
  const word = writeArrangement(arrangement);
  store.option('views', USUAL_ARRANGEMENT).value = word;
  store.remembered.word('views').value = word === USUAL_ARRANGEMENT ? '' : word;
}

/** Does what was asked of a view's place. */
export function applyWish(store: Store, wish: PanelWish['do'], view: string): void {
  const enlarged = store.option('enlarged', '');
  const now = arrangementOf(store);
  if (wish === 'enlarge') enlarged.value = enlarged.peek() === view ? '' : view;
  else if (wish === 'front') {
    setArrangement(store, openView(now, view));
    if (enlarged.peek()) enlarged.value = view;
  } else if (wish === 'close') {
    if (enlarged.peek() === view) enlarged.value = '';
    setArrangement(store, closeView(now, view));
  } else if (isPlace(wish)) setArrangement(store, openView(now, view, wish));
  else if (wish !== 'docs') setArrangement(store, shiftView(now, view, wish === 'before' ? -1 : 1));
}
