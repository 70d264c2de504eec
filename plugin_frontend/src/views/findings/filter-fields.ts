import { html, type TemplateResult } from 'lit';
import { option } from '../../ui/field.ts';
import { truncate } from '../../ui/format.ts';
import type { Filter } from './filter.ts';
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
  const pressed = (on: boolean, label: string, title: string, press: () => void) =>
    html`<button aria-pressed=${on} title=${title} @click=${press}>${label}</button>`;
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
  ${pressed(filter.significant, 'above chance', 'Only what is above chance', () =>
    change({ significant: !filter.significant }),
  )}
  ${pressed(filter.pinned, '★ pinned', 'Only what is pinned', () => change({ pinned: !filter.pinned }))}`;
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
