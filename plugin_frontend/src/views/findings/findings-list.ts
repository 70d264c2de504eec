import { html, nothing, type TemplateResult } from 'lit';
import { brief } from '../../ui/evidence.ts';
import { formatCount, formatNumber, truncate, spaced } from '../../ui/format.ts';
import { gainOf } from './columns.ts';
import { isAboveChance, type Row } from './finding-rows.ts';
import { absence, bar, isOf, pinButton, type FindingsContext } from './findings-context.ts';

/** One finding as lines of a narrow list; the one chosen is open. */
export function findingLine(row: Row, showing: FindingsContext): TemplateResult {
  const { pin, first } = row;
  const isSelected = row.key === showing.selectedKey;
  const named = row.pinned || !isOf(row, showing.typed);
  const above = isAboveChance(row);
  const where = html`<span class=${named ? 'where' : 'where first'}
    >${pin.layer} ${spaced(pin.quantity)}
    <span class="unit number">${pin.unit}</span>${first?.aspect === 'swing' ? ' · swing' : ''}${
      !first || above ? '' : ' · chance'
    }</span
  >`;
  return html`<li
    class=${row.pinned ? 'pinned' : ''}
    @pointerenter=${() => showing.hover(row)}
    @pointerleave=${() => showing.hover(null)}
  >
    <button
      class="finding ${above ? '' : 'chance'} ${showing.isHovered(row) ? 'hovered' : ''}"
      aria-pressed=${isSelected}
      title=${`Show unit ${pin.unit} of ${pin.layer}${first && !above ? '; not above chance' : ''}`}
      @click=${() => showing.choose(row)}
    >
      ${named ? html`<span class="name">${truncate(pin.feature)}</span>` : where}${
        first
          ? html`<span class="right" title="effect: difference of the means in standard deviations"
              >${alone(showing) ? formatNumber(first.effect, true) : nothing}</span
            >`
          : html`<span></span>`
      }
      ${
        named
          ? html`${where}${
              first
                ? html`<span class="right muted" title="tokens where the feature matches"
                    >${formatCount(first.count)}×</span
                  >`
                : html`<span></span>`
            }`
          : nothing
      }
      ${
        first
          ? html`${
              alone(showing)
                ? html`${brief(first)}${bar(first, pin.feature, showing.strongest, showing.recordings[0], false)}`
                : compared(row, showing)
            }`
          : html`<span class="absent">${absence(row, showing)}</span>`
      }</button
    >${pinButton(row, showing)}${isSelected && first ? showing.open(row) : nothing}
  </li>`;
}

const alone = ({ recordings }: FindingsContext) => recordings.length === 1;

/** The same link in every recording. */
function compared(row: Row, { recordings, strongest }: FindingsContext): TemplateResult {
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
