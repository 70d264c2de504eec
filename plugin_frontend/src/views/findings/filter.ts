import { nameFilter } from '../../ui/run-picker.ts';
import { useOf } from '../../state/finding-context.ts';
import type { ViewContext } from '../../state/store.ts';
import type { Column } from './columns.ts';
import { FACETS, fitsFacets, readValues, writeValues, type FacetFilter } from './facets.ts';
import { isAboveChance, type Row } from './finding-rows.ts';

/** Filter of the list of findings. An empty text filters nothing. */
export interface Filter {
  readonly text: string;
  readonly feature: string;
  readonly layer: string;
  /** Only what is above chance. */
  readonly significant: boolean;
  readonly pinned: boolean;
  readonly facets: FacetFilter;
}

type Words = Pick<ViewContext, 'option'>;

const signals = (store: Words) => ({
  text: store.option('findingstext'),
  feature: store.option('findingsfeature'),
  layer: store.option('findingslayer'),
  stands: store.option('findingschance'),
  pinned: store.option('findingspinned'),
  facets: {
    evidence: store.option('findingsevidence'),
    kind: store.option('findingskind'),
    aspect: store.option('findingsaspect'),
    quantity: store.option('findingsquantity'),
  },
});

const NO = 'no';
const ONLY = 'only';

export function readFilter(store: Words): Filter {
  const { text, feature, layer, stands, pinned, facets } = signals(store);
  return {
    text: text.value,
    feature: feature.value,
    layer: layer.value,
    significant: stands.value === NO,
    pinned: pinned.value === ONLY,
    facets: {
      evidence: readValues(facets.evidence.value),
      kind: readValues(facets.kind.value),
      aspect: readValues(facets.aspect.value),
      quantity: readValues(facets.quantity.value),
    },
  };
}

export function changeFilter(
  store: Words,
  { text, feature, layer, significant, pinned, facets }: Partial<Filter>,
): void {
  const words = signals(store);
  if (text !== undefined) words.text.value = text;
  if (feature !== undefined) words.feature.value = feature;
  if (layer !== undefined) words.layer.value = layer;
  if (significant !== undefined) words.stands.value = significant ? NO : '';
  if (pinned !== undefined) words.pinned.value = pinned ? ONLY : '';
  if (facets) for (const { name } of FACETS) words.facets[name].value = writeValues(facets[name]);
}

export const isQuick = ({ feature, layer, significant, pinned }: Filter) =>
  feature !== '' || layer !== '' || significant || pinned;

/** Text of a row for the filter: its columns, the response, the ablation effect. */
function saidOf(row: Row, columns: readonly Column[]): string {
  const { first } = row;
  return [
    ...columns.map((column) => `${column.text(row)} ${column.remark(row)}`.trim()),
    first?.response?.label ?? '',
    (first && useOf(first)) ?? '',
    first && !isAboveChance(row) ? 'chance' : '',
  ].join(' ');
}

export function filtered(rows: readonly Row[], filter: Filter, columns: readonly Column[]): readonly Row[] {
  return besidesFacets(rows, filter, columns).filter((row) => fitsFacets(row, filter.facets));
}

/** Rows that fit the filter but for its facets. */
export function besidesFacets(rows: readonly Row[], filter: Filter, columns: readonly Column[]): readonly Row[] {
  const fits = filter.text ? nameFilter(filter.text) : () => true;
  return rows.filter(
    (row) =>
      (!filter.feature || row.pin.feature === filter.feature) &&
      (!filter.layer || row.pin.layer === filter.layer) &&
      (!filter.significant || isAboveChance(row)) &&
      (!filter.pinned || row.pinned) &&
      (!filter.text || fits(saidOf(row, columns))),
  );
}
