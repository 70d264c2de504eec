import type { GalleryUnit } from '../../data/gallery.ts';
import type { ViewContext } from '../../state/store.ts';
import { CARD_KINDS } from './unit-kinds.ts';

/** Filter of the cards; an empty word filters nothing. */
export interface GalleryFilter {
  readonly kind: string;
  readonly layer: string;
  readonly quantity: string;
}

type Key = keyof GalleryFilter;

export const NO_FILTER: GalleryFilter = { kind: '', layer: '', quantity: '' };

const SETTINGS = { kind: 'gallerykind', layer: 'gallerylayer', quantity: 'galleryquantity' } as const;

export const readFilter = (store: Pick<ViewContext, 'option'>): GalleryFilter => ({
  kind: store.option(SETTINGS.kind).value,
  layer: store.option(SETTINGS.layer).value,
  quantity: store.option(SETTINGS.quantity).value,
});

export function changeFilter(store: Pick<ViewContext, 'option'>, { kind, layer, quantity }: Partial<GalleryFilter>) {
  if (kind !== undefined) store.option(SETTINGS.kind).value = CARD_KINDS.find((one) => one === kind) ?? '';
  if (layer !== undefined) store.option(SETTINGS.layer).value = layer;
  if (quantity !== undefined) store.option(SETTINGS.quantity).value = quantity;
}

const fits = (unit: GalleryUnit, filter: GalleryFilter) =>
  (Object.keys(filter) as Key[]).every((key) => !filter[key] || unit[key] === filter[key]);

export const filtered = (units: readonly GalleryUnit[], filter: GalleryFilter): readonly GalleryUnit[] =>
  units.filter((unit) => fits(unit, filter));

/** Button of a filter, with the number of cards that it would leave. */
export interface FilterChoice {
  readonly value: string;
  readonly count: number;
}

/**
 * Choices of one part of the filter, the others as they are.
 * The first one filters nothing.
 */
export function choicesOf(
  units: readonly GalleryUnit[],
  filter: GalleryFilter,
  key: Key,
  values: readonly string[],
): readonly FilterChoice[] {
  const all = ['', ...values, ...(filter[key] && !values.includes(filter[key]) ? [filter[key]] : [])];
  return all.map((value) => ({ value, count: filtered(units, { ...filter, [key]: value }).length }));
}
