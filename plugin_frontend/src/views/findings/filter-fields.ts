import { html, nothing, type TemplateResult } from 'lit';
import { option } from '../../ui/field.ts';
import { formatCount, truncate } from '../../ui/format.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import type { Wording } from '../../state/wording.ts';
import { FACETS, facetCounts, type Facet } from './facets.ts';
import type { Filter } from './filter.ts';
import type { Grouping } from './groups.ts';
import type { Row } from './finding-rows.ts';

const typed = (event: Event) => (event.target as HTMLInputElement).value;

export const textFilter = ({ text }: Filter, change: (change: Partial<Filter>) => void): TemplateResult =>
  html`<input
    class="filter"
    type="search"
    placeholder="Filter"
    aria-label="Filter findings"
    title="Names, units, numbers and words such as anticipating or not used; a regular expression"
    .value=${text}
    @input=${(event: Event) => change({ text: typed(event) })}
  />`;

/** Buttons of the filters that are used most. */
export function quickFilters(
  rows: readonly Row[],
  filter: Filter,
  change: (change: Partial<Filter>) => void,
): TemplateResult {
  return html`${choice(
    'Feature',
    filter.feature,
    rows.map(({ pin }) => pin.feature),
    (feature) => change({ feature }),
  )}
  ${choice(
    'Layer',
    filter.layer,
    rows.map(({ pin }) => pin.layer),
    (layer) => change({ layer }),
  )}
  ${toggleButton(filter.significant, 'above chance', 'Only what is above chance', () =>
    change({ significant: !filter.significant }),
  )}
  ${toggleButton(filter.pinned, '★ pinned', 'Only what is pinned', () => change({ pinned: !filter.pinned }))}`;
}

const GROUPINGS: readonly (readonly [grouping: Grouping, label: string])[] = [
  ['feature', 'by feature'],
  ['unit', 'by unit'],
  ['flat', 'flat'],
];

/** Menu of the groupings of the list. */
export const groupingField = (grouping: Grouping, choose: (grouping: Grouping) => void): TemplateResult =>
  html`<select
    aria-label="Grouping of the findings"
    title="Best unit of each feature, units with their features, or every finding"
    @change=${(event: Event) => choose(GROUPINGS[(event.target as HTMLSelectElement).selectedIndex][0])}
  >
    ${GROUPINGS.map(([value, label]) => option(value, label, value === grouping))}
  </select>`;

/** Button that unfolds the filters that are used less. */
export const filtersButton = (isOpen: boolean, toggle: () => void): TemplateResult =>
  html`<button
    class="fold"
    aria-expanded=${isOpen}
    title="Filters by text, kind of unit, level or swing, states or gates"
    @click=${toggle}
  >
    ${isOpen ? '▾' : '▸'} filters
  </button>`;

/** Buttons of the evidence with counts, and of the other facets if unfolded. */
export const facetFilters = (
  rows: readonly Row[],
  filter: Filter,
  change: (change: Partial<Filter>) => void,
  { isOpen, wording }: { readonly isOpen: boolean; readonly wording: Wording },
): TemplateResult =>
  html`${FACETS.slice(0, isOpen ? undefined : 1).map((facet) =>
    facetButtons(rows, { ...facet, titles: mapValues(facet.titles, wording) }, filter, change),
  )}`;

const mapValues = (texts: Readonly<Record<string, string>>, wording: Wording): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, wording(text)]));

/** Buttons of the values of a facet; nothing where it tells no findings apart. */
function facetButtons(
  rows: readonly Row[],
  facet: Facet,
  { facets }: Filter,
  change: (change: Partial<Filter>) => void,
): TemplateResult | typeof nothing {
  const { name, label, titles } = facet;
  const selectedValues = facets[name];
  const counts = facetCounts(rows, facet, facets);
  if (counts.length < 2 && !selectedValues.length) return nothing;
  return html`<span class="facet" role="group" aria-label=${label}
    >${counts.map(([value, count]) => {
      const isChosen = selectedValues.includes(value);
      const next = isChosen ? selectedValues.filter((other) => other !== value) : [...selectedValues, value];
      const text = html`${truncate(value)} <span class="number muted">${formatCount(count)}</span>`;
      return toggleButton(isChosen, text, titles[value] ?? `${label}: ${value}`, () =>
        change({ facets: { ...facets, [name]: next } }),
      );
    })}</span
  >`;
}

/** Menu of names; the selected name stays even if it is not among them. */
function choice(
  label: string,
  selected: string,
  names: readonly string[],
  choose: (name: string) => void,
): TemplateResult {
  const all = [...new Set([...names, ...(selected ? [selected] : [])])].filter(Boolean).sort();
  return html`<select aria-label="${label} of the findings" @change=${(event: Event) => choose(typed(event))}>
    ${option('', `every ${label.toLowerCase()}`, !selected)}${all.map((name) =>
      option(name, truncate(name), name === selected),
    )}
  </select>`;
}
