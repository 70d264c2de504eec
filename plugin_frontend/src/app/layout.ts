import { PLACES, VIEWS, type Place } from './views.ts';

/** Which views are open, where they stand, and which one of each place is in front. */
export type Arrangement = Readonly<Record<Place, Stack>>;

export interface Stack {
  readonly views: readonly string[];
  /** Null where there are none. */
  readonly front: string | null;
}

const FRONT = ['findings', 'text', 'heatmap', 'fourier'];
const known = (name: string) => VIEWS.some((view) => view.name === name);

const arrange = (find: (place: Place) => Stack): Arrangement =>
  Object.fromEntries(PLACES.map((place) => [place, find(place)])) as Arrangement;

const stack = (views: readonly string[], front: string | null): Stack => ({
  views,
  front: front !== null && views.includes(front) ? front : (views[0] ?? null),
});

const USUAL = arrange((place) => {
  const views = VIEWS.filter((view) => view.place === place).map(({ name }) => name);
  return stack(views, views.find((name) => FRONT.includes(name)) ?? null);
});

/** `findings*,overview|text*|…`: the places in their order, the view in front with a star. */
export const writeArrangement = (arrangement: Arrangement): string =>
  PLACES.map((place) =>
    arrangement[place].views.map((name) => (name === arrangement[place].front ? `${name}*` : name)).join(','),
  ).join('|');

export const USUAL_ARRANGEMENT = writeArrangement(USUAL);

/** What makes no sense in the word is passed over; a view stands in one place only. */
export function readArrangement(word: string): Arrangement {
  const seen = new Set<string>();
  const parts = word.split('|');
  if (parts.length !== PLACES.length) return USUAL;
  return arrange((place) => {
    const names = parts[PLACES.indexOf(place)].split(',');
    const views = names
      .map((name) => name.replace('*', ''))
      .filter((name) => known(name) && !seen.has(name) && seen.add(name));
    return stack(views, names.find((name) => name.endsWith('*'))?.replace('*', '') ?? null);
  });
}

export const placeOf = (arrangement: Arrangement, name: string): Place | null =>
  PLACES.find((place) => arrangement[place].views.includes(name)) ?? null;

export function closeView(arrangement: Arrangement, name: string): Arrangement {
  return arrange((place) => {
    const { views, front } = arrangement[place];
    const at = views.indexOf(name);
    if (at < 0) return arrangement[place];
    const rest = views.filter((one) => one !== name);
    return stack(rest, front === name ? (rest[Math.min(at, rest.length - 1)] ?? null) : front);
  });
}

/** Brings a view to the front of a place: its own, where it was last, or the one named. */
export function openView(arrangement: Arrangement, name: string, at?: Place): Arrangement {
  const now = placeOf(arrangement, name);
  const to = at ?? now ?? VIEWS.find((view) => view.name === name)?.place;
  if (!to || !known(name)) return arrangement;
  if (now === to) return { ...arrangement, [to]: { ...arrangement[to], front: name } };
  const left = closeView(arrangement, name);
  return { ...left, [to]: { views: [...left[to].views, name], front: name } };
}

/** Moves a view one place on among those it stands with. */
export function shiftView(arrangement: Arrangement, name: string, by: 1 | -1): Arrangement {
  const place = placeOf(arrangement, name);
  if (!place) return arrangement;
  const views = [...arrangement[place].views];
  const from = views.indexOf(name);
  const to = Math.min(Math.max(0, from + by), views.length - 1);
  views.splice(to, 0, ...views.splice(from, 1));
  return { ...arrangement, [place]: { ...arrangement[place], views } };
}

/** All in one place, for a narrow page: `top` stays alone, what is in front of `bottom` or else of the others comes first. */
export function stacked(arrangement: Arrangement, front: string): Stack {
  const views = PLACES.filter((place) => place !== 'top').flatMap((place) => arrangement[place].views);
  return stack(views, front);
}
