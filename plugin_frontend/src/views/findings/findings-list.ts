import { html, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../data/types.ts';
import { brief } from '../../ui/evidence.ts';
import { formatCount, formatNumber, pluralize, truncate, spaced } from '../../ui/format.ts';
import { gainOf } from './columns.ts';
import { isAboveChance, type Row } from './finding-rows.ts';
import { absence, bar, isOf, pinButton, type ListContext } from './findings-context.ts';
import { hasRow, restLabel, type FoldedRow, type Group, type Grouping } from './groups.ts';

/** Position of a finding in a grouped list. */
interface Position {
  /** Depth of the indentation. */
  readonly level: 0 | 1 | 2;
  /** True if only the selected finding has all its lines. */
  readonly isCompact: boolean;
  readonly heading: Grouping;
  /** Buttons that unfold what is under it. */
  readonly folds: TemplateResult | typeof nothing;
}

const FLAT: Position = { level: 0, isCompact: false, heading: 'flat', folds: nothing };

/** Groups of findings; what is folded is not drawn. */
export const findingGroups = (
  groups: readonly Group[],
  grouping: Grouping,
  showing: ListContext,
): readonly TemplateResult[] => groups.map((group) => findingGroup(group, grouping, showing));

function findingGroup(group: Group, grouping: Grouping, showing: ListContext): TemplateResult {
  if (grouping === 'flat' || group.lead.row.pinned) return findingLine(group.lead.row, showing);
  const { key, lead, rest } = group;
  const isOpen = rest.length > 0 && showing.isUnfolded(`group:${key}`, hasRow(rest, showing.selectedKey));
  const unfold = rest.length
    ? foldButton(restLabel(group, grouping), `of ${nameOf(lead.row, grouping)}`, isOpen, () =>
        showing.unfold(`group:${key}`, !isOpen),
      )
    : nothing;
  return html`${foldedFinding(lead, 0, grouping, unfold, showing)}${
    isOpen ? rest.map((folded) => foldedFinding(folded, 1, grouping, nothing, showing)) : nothing
  }`;
}

/** A finding of a state, and those of gates under it if they are unfolded. */
function foldedFinding(
  { row, gates }: FoldedRow,
  level: 0 | 1,
  grouping: Grouping,
  more: TemplateResult | typeof nothing,
  showing: ListContext,
): TemplateResult {
  const key = `gates:${row.key}`;
  const isOpen = gates.length > 0 && showing.isUnfolded(key, hasRow([{ row: gates[0], gates }], showing.selectedKey));
  const unfold = gates.length
    ? foldButton(
        pluralize(gates.length, gatesNoun(gates)),
        `of unit ${row.pin.unit} at ${row.pin.feature}`,
        isOpen,
        () => showing.unfold(key, !isOpen),
      )
    : nothing;
  const position: Position = {
    level,
    isCompact: !showing.hasRoom,
    heading: level === 0 ? grouping : 'feature',
    folds: unfold === nothing && more === nothing ? nothing : html`<span class="folds">${unfold}${more}</span>`,
  };
  const under: Position = {
    level: level === 0 ? 1 : 2,
    isCompact: !showing.hasRoom,
    heading: 'feature',
    folds: nothing,
  };
  return html`${findingLine(row, showing, position)}${
    isOpen ? gates.map((gate) => findingLine(gate, showing, under)) : nothing
  }`;
}

/** A candidate is no gate. */
const gatesNoun = (gates: readonly Row[]) =>
  gates.every(({ pin }) => !pin.quantity.endsWith('_gate')) ? 'candidate' : 'gate';

const nameOf = ({ pin }: Row, grouping: Grouping) =>
  grouping === 'unit' ? `${pin.layer} unit ${pin.unit}` : truncate(pin.feature);

const foldButton = (label: string, of: string, isOpen: boolean, toggle: () => void): TemplateResult => {
  const [, number, rest] = /^(\+? ?[\d,]+)( .*)$/.exec(label) ?? [label, label, ''];
  return html`<button class="fold" aria-expanded=${isOpen} aria-label="${label} ${of}" @click=${toggle}>
    ${isOpen ? '▾' : '▸'} ${number}<span class="long">${rest}</span>
  </button>`;
};

/** One finding as lines of a narrow list, with its evidence if it is selected. */
export function findingLine(row: Row, showing: ListContext, position: Position = FLAT): TemplateResult {
  const { pin, first } = row;
  const isSelected = row.key === showing.selectedKey;
  const above = isAboveChance(row);
  const isNamed = row.pinned || !isOf(row, showing.typed);
  return html`<li
    class="item ${row.pinned ? 'pinned' : ''} ${['', 'under', 'under deep'][position.level]} ${
      position.isCompact ? 'compact' : ''
    }"
    @pointerenter=${() => showing.hover(row)}
    @pointerleave=${() => showing.hover(null)}
  >
    <button
      class="finding ${above ? '' : 'chance'} ${showing.isHovered(row) ? 'hovered' : ''}"
      aria-pressed=${isSelected}
      title=${`Show unit ${pin.unit} of ${pin.layer}${first && !above ? '; not above chance' : ''}`}
      @click=${() => showing.choose(row)}
    >
      ${names(row, isNamed, position, showing)}
      ${
        first
          ? effects(row, first, isSelected || !position.isCompact, showing)
          : html`<span class="absent">${absence(row, showing)}</span>`
      }</button
    >${position.folds}${pinButton(row, showing)}${isSelected && first ? unfoldingEvidence(row, showing) : nothing}
  </li>`;
}

/** Feature, evidence, count and effect of a finding, and its unit in a second line. */
function names(row: Row, isNamed: boolean, { heading }: Position, showing: ListContext): TemplateResult {
  const { pin, first } = row;
  const quantity = spaced(pin.quantity);
  const remarks = `${first?.aspect === 'swing' ? ' · swing' : ''}${!first || isAboveChance(row) ? '' : ' · chance'}`;
  const [name, path, unit] =
    heading === 'unit'
      ? [nameOf(row, heading), `${truncate(pin.feature)} · ${quantity}`, nothing]
      : [truncate(pin.feature), `${pin.layer} ${quantity}`, html`<span class="unit number">${pin.unit}</span>`];
  const where = html`<span class=${isNamed ? 'where' : 'where first'}
    ><span class="path">${path}</span> ${unit}${remarks}</span
  >`;
  const evidence = first?.evidence ? html`<span class="word ${first.evidence}">${first.evidence}</span>` : nothing;
  const count =
    first && isNamed
      ? html`<span class="count muted" title=${showing.wording('tokens where the feature matches')}
          >${formatCount(first.count)}×</span
        >`
      : html`<span class="count"></span>`;
  const effect = first
    ? html`<span class="right" title="effect: difference of the means in standard deviations"
        >${isAlone(showing) ? formatNumber(first.effect, true) : nothing}</span
      >`
    : nothing;
  return html`<span class="title"
      >${isNamed ? html`<span class="name">${name}</span>` : where} ${evidence} ${count} ${effect}</span
    >
    ${isNamed ? where : nothing}`;
}

/** Evidence of the selected finding with the button that unfolds it. */
function unfoldingEvidence(row: Row, showing: ListContext): TemplateResult {
  const { pin } = row;
  const key = evidenceKey(row);
  const isOpen = showing.isUnfolded(key, showing.opensEvidence);
  return html`<div class="reveal">
      ${foldButton('evidence', `for unit ${pin.unit} at ${pin.feature}`, isOpen, () => showing.unfold(key, !isOpen))}
    </div>
    ${isOpen ? showing.open(row) : nothing}`;
}

/** Name of the fold of the evidence of a finding. */
export const evidenceKey = ({ key }: Row) => `evidence:${key}`;

/** Effect as a bar, one for each recording; with its response if it is whole. */
const effects = (row: Row, first: Finding, isWhole: boolean, showing: ListContext): TemplateResult => {
  if (!isAlone(showing)) return compared(row, showing);
  const { strongest, recordings } = showing;
  return html`${isWhole ? brief(first) : nothing}${bar(first, row.pin.feature, strongest, recordings[0], false)}`;
};

const isAlone = ({ recordings }: ListContext) => recordings.length === 1;

/** The same link in every recording. */
function compared(row: Row, { recordings, strongest }: ListContext): TemplateResult {
  const gain = recordings.length === 2 ? gainOf(row) : null;
  return html`<span class="compared"
    >${recordings.map((recording, i) => {
      const h = row.findings[i];
      return html`<b style="color:${recording.color}" title=${recording.label}>${recording.letter}</b
        >${h ? bar(h, row.pin.feature, strongest, recording, true) : html`<span class="absent">not listed</span>`}<span
          class="number right"
          >${h ? formatNumber(h.effect, true) : '–'}</span
        >`;
    })}${
      gain === null
        ? nothing
        : html`<span></span><span class="absent">B − A</span
            ><span class="number right">${formatNumber(gain, true)}</span>`
    }</span
  >`;
}
