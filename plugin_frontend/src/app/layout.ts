import { layoutName, SLOTS, VIEWS, type Slot } from './views.ts';

/** Open views by slot, with the view in front of each slot. */
export type WorkbenchLayout = Readonly<Record<Slot, Stack>>;

export interface Stack {
  readonly views: readonly string[];
  /** Null where there are none. */
  readonly front: string | null;
}

const FRONT = ['findings', 'text', 'heatmap', 'fourier'];
const isView = (name: string) => VIEWS.some((view) => view.name === name && !view.inPlaceOf);

const arrange = (find: (slot: Slot) => Stack): WorkbenchLayout =>
  Object.fromEntries(SLOTS.map((slot) => [slot, find(slot)])) as WorkbenchLayout;

const stack = (views: readonly string[], front: string | null): Stack => ({
  views,
  front: front !== null && views.includes(front) ? front : (views[0] ?? null),
});

const USUAL = arrange((slot) => {
  const views = VIEWS.filter((view) => view.slot === slot && !view.inPlaceOf).map(({ name }) => name);
  return stack(views, views.find((name) => FRONT.includes(name)) ?? null);
});

/** Views in the order of their digits, of which a layout knows the first ones. */
const OWN_VIEWS = VIEWS.filter((view) => !view.inPlaceOf);

/** Number of views that existed before layouts held the number that they know. */
const VIEWS_OF_OLD_LAYOUTS = 10;

/**
 * Layout as text by slot, with a star at front views: `findings*|text*|…|…|11`.
 * The number at the end counts the views that exist, so that later ones are told from closed ones.
 */
export const writeLayout = (arrangement: WorkbenchLayout): string =>
  [
    ...SLOTS.map((slot) =>
      arrangement[slot].views.map((name) => (name === arrangement[slot].front ? `${name}*` : name)).join(','),
    ),
    OWN_VIEWS.length,
  ].join('|');

export const DEFAULT_LAYOUT = writeLayout(USUAL);

/**
 * Layout of a word of the link.
 * Invalid parts are skipped; a view stands in one slot only. Views that are newer than the layout are added to their
 * slots.
 */
export function readLayout(word: string): WorkbenchLayout {
  const seen = new Set<string>();
  const parts = word.split('|');
  if (parts.length !== SLOTS.length && parts.length !== SLOTS.length + 1) return USUAL;
  const viewCount = Number(parts[SLOTS.length] ?? VIEWS_OF_OLD_LAYOUTS);
  const newer = OWN_VIEWS.slice(Number.isInteger(viewCount) && viewCount >= 0 ? viewCount : OWN_VIEWS.length);
  const layout = arrange((slot) => {
    const names = parts[SLOTS.indexOf(slot)].split(',');
    const views = names
      .map((name) => layoutName(name.replace('*', '')))
      .filter((name) => isView(name) && !seen.has(name) && seen.add(name));
    const front = names.find((name) => name.endsWith('*'))?.replace('*', '') ?? null;
    return stack(views, front && layoutName(front));
  });
  return arrange((slot) => {
    const { views, front } = layout[slot];
    const added = newer.filter((view) => view.slot === slot && !seen.has(view.name)).map(({ name }) => name);
    // A slot that was emptied stays so.
    return views.length ? stack([...views, ...added], front) : layout[slot];
  });
}

export const slotOf = (arrangement: WorkbenchLayout, name: string): Slot | null =>
  SLOTS.find((slot) => arrangement[slot].views.includes(name)) ?? null;

export function closeView(arrangement: WorkbenchLayout, name: string): WorkbenchLayout {
  return arrange((slot) => {
    const { views, front } = arrangement[slot];
    const at = views.indexOf(name);
    if (at < 0) return arrangement[slot];
    const rest = views.filter((one) => one !== name);
    return stack(rest, front === name ? (rest[Math.min(at, rest.length - 1)] ?? null) : front);
  });
}

/** Brings a view to the front of a slot: its own, its last one, or the named one. */
export function openView(arrangement: WorkbenchLayout, name: string, at?: Slot): WorkbenchLayout {
  const now = slotOf(arrangement, name);
  const to = at ?? now ?? VIEWS.find((view) => view.name === name)?.slot;
  if (!to || !isView(name)) return arrangement;
  if (now === to) return { ...arrangement, [to]: { ...arrangement[to], front: name } };
  const left = closeView(arrangement, name);
  return { ...left, [to]: { views: [...left[to].views, name], front: name } };
}

/** Moves a view one place on among those it stands with. */
export function shiftView(arrangement: WorkbenchLayout, name: string, by: 1 | -1): WorkbenchLayout {
  const slot = slotOf(arrangement, name);
  if (!slot) return arrangement;
  const views = [...arrangement[slot].views];
  const from = views.indexOf(name);
  const to = Math.min(Math.max(0, from + by), views.length - 1);
  views.splice(to, 0, ...views.splice(from, 1));
  return { ...arrangement, [slot]: { ...arrangement[slot], views } };
}

/**
 * Layout of a narrow page: all views in one slot.
 * `top` stays alone; the view in front of `bottom`, else of another slot, comes first.
 */
export function stacked(arrangement: WorkbenchLayout, front: string): Stack {
  const views = SLOTS.filter((slot) => slot !== 'top').flatMap((slot) => arrangement[slot].views);
  return stack(views, front);
}
