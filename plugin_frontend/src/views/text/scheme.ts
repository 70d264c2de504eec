import { SETTINGS, type SettingValue } from '../../state/settings.ts';
import type { TokenText } from '../../data/types.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { makeColormap, type Colormap } from '../../state/colormap.ts';
import { categoriesOf, categoryColormap, nearlyAll } from '../../ui/draw/text-colors.ts';
import { spaced } from '../../ui/format.ts';
import { coloredValues } from '../../ui/limit-buttons.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { contributionLimit } from '../../ui/text/still-held.ts';

/** Values by which a text can be coloured. */
export type ColorBy = SettingValue<'color'>;

export const COLOR_NAMES: Readonly<Record<ColorBy, string>> = {
  activity: 'activity',
  probability: 'probability of what came next',
  errors: 'kind of error',
  surprise: 'surprise, nats',
  feature: 'feature',
};

/** Colour scheme of a text, shared by everything that is compared. */
export interface Scheme {
  readonly by: ColorBy;
  readonly colors: Colormap;
  /** Categories that the values are indices into; null for numbers. */
  readonly categories: readonly CategoryColor[] | null;
  readonly what: string;
  /** Token at which the text shows what the unit still holds; null if it does not. */
  readonly moment: number | null;
}

/**
 * Values available for colours.
 * A difference has only those that can be subtracted.
 */
export function choices(recordings: readonly ComparedRecording[]): readonly ColorBy[] {
  const texts = recordings.map(({ data }) => valueOrStale(data.text.value));
  const has = (find: (text: TokenText) => unknown) => texts.some((text) => text && find(text));
  const difference = recordings.some(({ data }) => data.difference);
  return SETTINGS.color.values.filter(
    (by) =>
      by === 'activity' ||
      by === 'feature' ||
      (by === 'probability' && has((text) => text.probability)) ||
      (!difference &&
        ((by === 'errors' && has((text) => text.errors)) || (by === 'surprise' && has((text) => text.surprisal)))),
  );
}

/**
 * Colour scheme of a text.
 *
 * @param moment Token at which the text shows what the unit still holds, if it can; null for none.
 */
export function makeScheme(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  moment: number | null = null,
): Scheme {
  const by = store.option('color').value;
  const dark = store.dark.value;
  const { feature } = store.selection.value!;
  const [{ data }] = recordings;
  const between = (low: number, high: number) =>
    remembered(`${low} ${high} ${dark}`, () => makeColormap({ low, high, diverging: false, dark }));
  const made = (
    colors: Colormap,
    what: string = COLOR_NAMES[by],
    categories: readonly CategoryColor[] | null = null,
  ): Scheme => ({ by, colors, categories, what, moment: null });
  if (by === 'probability') {
    const swapped = store.option('colors').value === 'blue';
    if (!data.difference) return made(between(0, 1));
    return made(
      remembered(`less ${dark} ${swapped}`, () => makeColormap({ low: -1, high: 1, diverging: true, dark, swapped })),
      `${COLOR_NAMES[by]}, B − A`,
    );
  }
  if (by === 'errors') {
    const names = errorNames(recordings);
    const categories = categoriesOf(names, dark);
    return made(
      remembered(JSON.stringify([names, dark]), () => categoryColormap(categories, dark)),
      COLOR_NAMES[by],
      categories,
    );
  }
  if (by === 'surprise') return made(between(0, surpriseLimit(recordings)));
  if (by === 'feature') return made(between(0, 1), `feature ${feature}`);
  const limit = moment === null ? null : contributionLimit(store, recordings, moment);
  if (limit !== null) {
    const swapped = store.option('colors').value === 'blue';
    const colors = makeColormap({ low: -limit, high: limit, diverging: true, dark, swapped });
    return { ...made(colors, `part of ${spaced(store.selection.value!.quantity)}`), moment };
  }
  return made(data.colors.value, coloredValues(store, data.difference));
}

const cache: Record<string, Colormap> = {};

/** Cached colormap of a key, so that an unchanged scheme is not painted again. */
const remembered = (key: string, make: () => Colormap): Colormap => (cache[key] ??= make());

/** Of the recordings together, in their order. */
const errorNames = (recordings: readonly ComparedRecording[]): readonly string[] => [
  ...new Set(recordings.flatMap(({ data }) => valueOrStale(data.text.value)?.errorNames ?? [])),
];

const limits = new WeakMap<Float32Array, number>();

function surpriseLimit(recordings: readonly ComparedRecording[]): number {
  const limitsOfRecordings = recordings
    .map(({ data }) => valueOrStale(data.text.value)?.surprisal ?? null)
    .map((surprise) => {
      if (!surprise) return 0;
      if (!limits.has(surprise)) limits.set(surprise, nearlyAll(surprise));
      return limits.get(surprise)!;
    });
  return Math.max(...limitsOfRecordings) || 1;
}
