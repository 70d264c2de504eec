import { html, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../data/types.ts';
import { truncate } from '../../ui/format.ts';
import { useOf } from '../../state/finding-context.ts';
import type { Column } from './columns.ts';
import { turned, type Order } from './order.ts';
import { isAboveChance, isSignificant, type Row } from './rows.ts';
import { absence, bar, pinButton, type Showing } from './showing.ts';

export interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly order: Order | null;
  /** Name of the recording. */
  readonly name: string;
  sort(order: Order | null): void;
}

/** Findings in columns; pressing the head of one sorts, the row chosen is open. */
export function findingsTable({ rows, columns, order, name, sort }: Table, showing: Showing): TemplateResult {
  return html`<table aria-label=${name}>
    <thead>
      ${showing.recordings.length > 1 ? groups(columns, showing) : nothing}
      <tr>
        <th class="pin"><span class="hidden">pinned</span></th>
        ${columns.map((column) => head(column, order, sort))}
      </tr>
    </thead>
    <tbody @pointerleave=${() => showing.hover(null)}>
      ${rows.map((row) => line(row, columns, showing))}
    </tbody>
  </table>`;
}

/** Recordings with the columns they stand over. */
function groups(columns: readonly Column[], { recordings }: Showing): TemplateResult {
  const own = columns.filter(({ recording, id }) => recording === null && id !== 'gain').length;
  return html`<tr class="groups">
    <td colspan=${own + 1}></td>
    ${recordings.map(
      (recording, i) =>
        html`<th
          scope="colgroup"
          colspan=${columns.filter((column) => column.recording === i).length}
          title=${recording.label}
        >
          <b style="color:${recording.color}">${recording.letter}</b> ${recording.label.replace(/^\S+ · /, '')}
        </th>`,
    )}
    ${columns.some(({ id }) => id === 'gain') ? html`<th scope="colgroup">B − A</th>` : nothing}
  </tr>`;
}

function head(column: Column, order: Order | null, sort: (order: Order | null) => void): TemplateResult {
  const way = order?.column === column.id ? (order.up ? 'ascending' : 'descending') : 'none';
  return html`<th scope="col" class=${column.number ? 'number' : ''} aria-sort=${way} data-column=${column.id}>
    <button title=${column.title} @click=${() => sort(turned(order, column))}>
      ${column.label}${column.unit ? html` <span class="muted">${column.unit}</span>` : nothing}<span
        class="way"
        aria-hidden="true"
        >${way === 'ascending' ? '▴' : way === 'descending' ? '▾' : ''}</span
      >
    </button>
  </th>`;
}

function line(row: Row, columns: readonly Column[], showing: Showing): TemplateResult {
  const chosen = row.key === showing.chosen;
  const names = columns.filter(({ recording, id }) => recording === null && id !== 'gain' && id !== 'first');
  const classes = [
    isAboveChance(row) ? '' : 'chance',
    row.pinned ? 'pinned' : '',
    chosen ? 'chosen' : '',
    showing.isHovered(row) ? 'hovered' : '',
  ];
  const choose = (event: Event) => {
    if (!(event.target as Element).closest('button')) showing.choose(row);
  };
  return html`<tr class=${classes.filter(Boolean).join(' ')} @click=${choose} @pointerenter=${() => showing.hover(row)}>
      <td class="pin">${pinButton(row, showing)}</td>
      ${(row.first ? columns : names).map((column) => cell(row, column, chosen, showing))}
      ${
        row.first
          ? nothing
          : html`<td class="absent" colspan=${columns.length - names.length}>${absence(row, showing)}</td>`
      }
    </tr>
    ${
      chosen && row.first
        ? html`<tr class="open">
            <td colspan=${columns.length + 1}><div class="opened">${showing.open(row)}</div></td>
          </tr>`
        : nothing
    }`;
}

function cell(row: Row, column: Column, chosen: boolean, showing: Showing): TemplateResult {
  const { id } = column;
  const said = column.text(row);
  if (id === 'feature')
    return html`<td>
      <button class="choose" aria-pressed=${chosen} title=${said} @click=${() => showing.choose(row)}>
        ${truncate(said, 40)}
      </button>
    </td>`;
  if (!column.number) return html`<td title=${said}>${truncate(said, 40)}</td>`;
  const h = column.recording === null ? null : row.found[column.recording];
  if (h && id.startsWith('effect')) {
    const recording = showing.recordings[column.recording!];
    return html`<td class="number effect" data-column=${id}>
      ${bar(h, row.pin.feature, showing.strongest, recording, showing.recordings.length > 1)}<span>${said}</span>
    </td>`;
  }
  if (id.startsWith('q'))
    return html`<td
      class="number"
      data-column=${id}
      title=${h ? (Number.isNaN(h.q) ? 'The log has no q' : `q ${h.q}`) : ''}
    >
      ${said}<span class="says">${!h || isSignificant(h) ? '' : 'chance'}</span>
    </td>`;
  if (id === 'first') return html`<td class="number" data-column=${id} title=${began(row)}>${said}</td>`;
  const label = LABELS[id];
  if (label)
    return html`<td class="number" data-column=${id}>${said}<span class="label">${(h && label(h)) ?? ''}</span></td>`;
  return html`<td class="number" data-column=${id}>${said}</td>`;
}

/** The words that stand behind a number. */
const LABELS: Readonly<Record<string, ((h: Finding) => string | null) | undefined>> = {
  lag: ({ response }) => response && response.label,
  causal: useOf,
};

const began = ({ began: found }: Row) =>
  found
    ? found.how === 'stands'
      ? 'Above chance since then, at every later one'
      : 'Listed then for the first time'
    : '';
