import { html, nothing, type TemplateResult } from 'lit';
import { truncate } from '../../ui/format.ts';
import type { Column } from './columns.ts';
import { turned, type Order } from './order.ts';
import { isAboveChance, type Row } from './finding-rows.ts';
import { absence, bar, pinButton, type FindingsContext } from './findings-context.ts';
import { type Wording } from '../../state/wording.ts';

export interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly order: Order | null;
  /** Name of the recording. */
  readonly name: string;
  sort(order: Order | null): void;
}

/** Findings in columns; pressing the head of one sorts, the row chosen is open. */
export function findingsTable({ rows, columns, order, name, sort }: Table, showing: FindingsContext): TemplateResult {
  return html`<table aria-label=${name}>
    <thead>
      ${showing.recordings.length > 1 ? groups(columns, showing) : nothing}
      <tr>
        <th class="pin"><span class="hidden">pinned</span></th>
        ${columns.map((column) => head(column, order, sort, showing.wording))}
      </tr>
    </thead>
    <tbody @pointerleave=${() => showing.hover(null)}>
      ${rows.map((row) => line(row, columns, showing))}
    </tbody>
  </table>`;
}

/** Recordings with the columns they stand over. */
function groups(columns: readonly Column[], { recordings }: FindingsContext): TemplateResult {
  const own = columns.filter(({ group }) => group === 'identity').length;
  return html`<tr class="groups">
    <td colspan=${own + 1}></td>
    ${recordings.map(
      (recording, i) =>
        html`<th scope="colgroup" colspan=${columns.filter(({ group }) => group === i).length} title=${recording.label}>
          <b style="color:${recording.color}">${recording.letter}</b> ${recording.label.replace(/^\S+ · /, '')}
        </th>`,
    )}
    ${columns.some(({ group }) => group === 'difference') ? html`<th scope="colgroup">B − A</th>` : nothing}
  </tr>`;
}

function head(
  column: Column,
  order: Order | null,
  sort: (order: Order | null) => void,
  wording: Wording,
): TemplateResult {
  const way = order?.column === column.id ? (order.up ? 'ascending' : 'descending') : 'none';
  return html`<th
    scope="col"
    class=${classOf(column)}
    style=${remarkRoom(column)}
    aria-sort=${way}
    data-column=${column.id}
  >
    <button title=${wording(column.help)} @click=${() => sort(turned(order, column))}>
      ${column.label}${column.unit ? html` <span class="muted">${wording(column.unit)}</span>` : nothing}<span
        class="way"
        aria-hidden="true"
        >${way === 'ascending' ? '▴' : way === 'descending' ? '▾' : ''}</span
      >
    </button>
  </th>`;
}

function line(row: Row, columns: readonly Column[], showing: FindingsContext): TemplateResult {
  const isSelected = row.key === showing.selectedKey;
  const names = columns.filter(({ group }) => group === 'identity');
  const classes = [
    isAboveChance(row) ? '' : 'chance',
    row.pinned ? 'pinned' : '',
    isSelected ? 'chosen' : '',
    showing.isHovered(row) ? 'hovered' : '',
  ];
  const choose = (event: Event) => {
    if (!(event.target as Element).closest('button')) showing.choose(row);
  };
  return html`<tr class=${classes.filter(Boolean).join(' ')} @click=${choose} @pointerenter=${() => showing.hover(row)}>
      <td class="pin">${pinButton(row, showing)}</td>
      ${(row.first ? columns : names).map((column) => cell(row, column, isSelected, showing))}
      ${
        row.first
          ? nothing
          : html`<td class="absent" colspan=${columns.length - names.length}>${absence(row, showing)}</td>`
      }
    </tr>
    ${
      isSelected && row.first
        ? html`<tr class="open">
            <td colspan=${columns.length + 1}><div class="opened">${showing.open(row)}</div></td>
          </tr>`
        : nothing
    }`;
}

function cell(row: Row, column: Column, isSelected: boolean, showing: FindingsContext): TemplateResult {
  const { id, kind } = column;
  const text = column.text(row);
  if (kind === 'choice')
    return html`<td data-column=${id}>
      <button class="choose" aria-pressed=${isSelected} title=${text} @click=${() => showing.choose(row)}>
        ${truncate(text, 40)}
      </button>
    </td>`;
  if (kind === 'text') return html`<td data-column=${id} title=${text}>${truncate(text, 40)}</td>`;
  const remark = column.remarks ? html`<span class="label">${column.remark(row)}</span>` : nothing;
  return html`<td class=${classOf(column)} style=${remarkRoom(column)} data-column=${id} title=${column.tooltip(row)}>
    ${kind === 'bar' ? html`${barOf(row, column, showing)}<span>${text}</span>` : text}${remark}
  </td>`;
}

function barOf(
  row: Row,
  { group }: Column,
  { recordings, strongest }: FindingsContext,
): TemplateResult | typeof nothing {
  if (typeof group !== 'number') return nothing;
  const finding = row.findings[group];
  return finding ? bar(finding, row.pin.feature, strongest, recordings[group], recordings.length > 1) : nothing;
}

const classOf = ({ kind, minor, remarks }: Column): string =>
  [
    kind === 'number' || kind === 'bar' ? 'number' : '',
    kind === 'bar' ? 'effect' : '',
    minor ? 'minor' : '',
    remarks ? 'remarked' : '',
    remarks && !remarks.narrow ? 'wide-only' : '',
  ]
    .filter(Boolean)
    .join(' ');

/** Width of the remarks, equal in all lines, which aligns the numbers before them. */
const remarkRoom = ({ remarks }: Column) => (remarks ? `--remark:${remarks.width}px` : nothing);
